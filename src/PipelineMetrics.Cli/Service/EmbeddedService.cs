using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PipelineMetrics.Api.Compaction;
using PipelineMetrics.Api.Hosting.Access;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Logging;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Api.Webhooks;
using PipelineMetrics.Log;

namespace PipelineMetrics.Cli.Service;

/// <summary>
/// The service itself over a log directory, for one command: the same questions, the same answers, no socket. It tells nobody what it
/// sees, lets nothing leave the log by itself, and asks for no key.
/// </summary>
internal sealed class EmbeddedService(WebApplication app) : IAsyncDisposable
{
    /// <summary>Reads the log of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="config">The settings; null for those of the working directory.</param>
    /// <param name="mayWrite">Whether it will be written to; then no other process may write it meanwhile.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CliException">There is no log, it is in use, or it cannot be read.</exception>
    public static async Task<EmbeddedService> StartAsync(string directory, string? config, bool mayWrite, CancellationToken stop)
    {
        string[] settings = ["--log:directory", directory, "--urls", "http://127.0.0.1:0", .. config is null ? Array.Empty<string>() : ["--config", config]];
        try
        {
            var app = Api.Hosting.Service.Build(settings, builder => Adjust(builder, mayWrite));
            var service = new EmbeddedService(app);
            await service.StartAsync(stop);
            return service;
        }
        catch (Exception e) when (e is DiskException or LogFormatException or ConfigurationException)
        {
            throw new CliException(ExitCodes.Failed, e.Message);
        }
        catch (LogInUseException e)
        {
            throw new CliException(ExitCodes.Failed, $"{e.Message} Ask the service that holds it, with --url.");
        }
    }

    /// <summary>A client of it, for any number of requests.</summary>
    public HttpClient NewClient() => app.GetTestClient();

    /// <summary>What carries requests to it.</summary>
    public HttpMessageHandler NewHandler() => app.GetTestServer().CreateHandler();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void Adjust(WebApplicationBuilder builder, bool mayWrite)
    {
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.RemoveAll<AccessGate>();
        foreach (var job in services.Where(service => service.ServiceType == typeof(IHostedService) && IsUnwanted(service.ImplementationType)).ToList())
            services.Remove(job);
        if (!mayWrite) services.AddSingleton(View);
    }

    private static bool IsUnwanted(Type? job) => job == typeof(WebhookService) || job == typeof(Retention) || job == typeof(StartLog);

    private static Journal View(IServiceProvider provider) => Journal.View(
        provider.GetRequiredService<IDisk>(), provider.GetRequiredService<LogOptions>(),
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Journal>>());

    private async Task StartAsync(CancellationToken stop)
    {
        await app.StartAsync(stop);
        var state = app.Services.GetRequiredService<ServiceState>();
        await state.Started.WaitAsync(stop);
        if (!state.Current.Loaded) throw new CliException(ExitCodes.Failed, string.Join("; ", state.Current.Reasons));
    }
}
