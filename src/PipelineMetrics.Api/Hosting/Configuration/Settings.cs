using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using PipelineMetrics.Alerting;
using PipelineMetrics.Analysis;
using PipelineMetrics.Health;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>
/// Where settings come from, later wins: defaults in code, the file, appsettings.json, the environment, the command line;
/// and into which classes they go.
/// </summary>
internal static class Settings
{
    private const string Prefix = "PIPELINE_METRICS_";

    /// <exception cref="ConfigurationException">The file cannot be read or a value breaks its rule.</exception>
    public static void AddSettings(this WebApplicationBuilder builder, string[] args)
    {
        var ours = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).AddCommandLine(args).Build();
        var file = SettingsFile.Find(ours["config"]);
        InsertSources(builder.Configuration.Sources, file);

        var sections = new OptionSections(builder.Configuration, builder.Services);
        Describe(sections);

        var given = file.Values.Keys.Concat(Leaves(ours));
        builder.Services.AddSingleton(new SettingsReport(file.Path, [.. file.Warnings, .. UnknownKeys.Warnings(given, sections.Known)]));
    }

    /// <summary>The options of a section while the host is still being composed; afterwards they are injected.</summary>
    public static T OptionsOf<T>(this WebApplicationBuilder builder) where T : class =>
        (T)builder.Services.Last(service => service.ServiceType == typeof(T)).ImplementationInstance!;

    /// <summary>One line per section: adding one here is all it takes.</summary>
    private static void Describe(OptionSections sections) => sections
        .Section<ServerOptions>("server", alsoKnown: "api_keys")
        .Section<LimitOptions>("limits")
        .Section<RecorderOptions>("recording")
        .Section<PredictionOptions>("predictions")
        .Section<RetryOptions>("retry")
        .Section<QueueOptions>("queue")
        .Section<PriorityWeights>("priority_weights")
        .Section<VipSenders>("vip_senders", new SettingKey(nameof(VipSenders.Senders), SettingKey.WholeSection))
        .Section<HealthOptions>("health_check")
        .Section<DashboardOptions>("dashboard")
        .Section<NotificationOptions>("notifications", alsoKnown: "webhooks")
        .Section("alerts")
        .Section<PricingOptions>("pricing")
        .Section<RetentionOptions>("metrics")
        .Section<LogOptions>("log", new SettingKey(nameof(LogOptions.SyncInterval), "sync", ("always", "0s")));

    private static void InsertSources(IList<IConfigurationSource> sources, SettingsFile file)
    {
        var lastEnvironment = sources.Select((source, at) => source is EnvironmentVariablesConfigurationSource ? at : -1).Max();
        sources.Insert(lastEnvironment + 1, new EnvironmentVariablesConfigurationSource { Prefix = Prefix });

        var firstJson = sources.TakeWhile(source => source is not JsonConfigurationSource).Count();
        sources.Insert(firstJson < sources.Count ? firstJson : 0, new MemoryConfigurationSource { InitialData = file.Values });
    }

    private static IEnumerable<string> Leaves(IConfiguration configuration) =>
        configuration.AsEnumerable().Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => pair.Key);
}
