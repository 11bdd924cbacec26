using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Hosting.Logging;

/// <summary>Says where the service listens and keeps its log, which settings it did not understand, and when it has stopped.</summary>
internal sealed class StartLog(
    IHostApplicationLifetime lifetime, IServer server, LogOptions log, SettingsReport settings, ILogger<StartLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in settings.Warnings) logger.LogWarning("Configuration: {Warning}", warning);
        lifetime.ApplicationStarted.Register(Announce);
        lifetime.ApplicationStopped.Register(() => logger.LogInformation("Stopped"));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Announce()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        logger.LogInformation("Settings file {File}", settings.File ?? "none");
        logger.LogInformation("Log directory {Directory}", Path.GetFullPath(log.Directory));
        logger.LogInformation("PipelineMetrics {Version} listens on {Addresses}", ServiceVersion.Text, string.Join(", ", addresses));
    }
}
