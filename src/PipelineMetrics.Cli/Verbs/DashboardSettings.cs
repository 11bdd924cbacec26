using System.CommandLine;
using Microsoft.Extensions.Configuration;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Reads the section `dashboard` of the settings as the service would: the file, then the environment.</summary>
internal static class DashboardSettings
{
    private const string Section = "dashboard";

    /// <exception cref="CliException">The file cannot be read, or a value breaks its rule.</exception>
    public static DashboardOptions Of(ParseResult given, Shell shell)
    {
        try
        {
            var keys = OptionBinder.KeysOf(typeof(DashboardOptions));
            var file = SettingsFile.Find(Target.ConfigOf(given, shell));
            var variables = keys.Select(key => KeyValuePair.Create($"{Section}:{key.Key}", shell.Variable(VariableOf(key))))
                .Where(variable => variable.Value is not null);
            var settings = new ConfigurationBuilder().AddInMemoryCollection(file.Values).AddInMemoryCollection(variables).Build();
            return OptionBinder.Bind<DashboardOptions>(settings.GetSection(Section), keys);
        }
        catch (ConfigurationException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }
    }

    private static string VariableOf(SettingKey key) => $"PIPELINE_METRICS_{Section}__{key.Key}".ToUpperInvariant();
}
