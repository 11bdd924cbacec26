using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Health;

namespace PipelineMetrics.Api.Health;

/// <summary>Looks at health every few seconds, so that changes are seen although nobody asks.</summary>
internal sealed class HealthWatching(HealthWatch watch, ServiceState state, TimeProvider clock, ILogger<HealthWatching> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host takes it for a fault where it stops before it had begun, as when its port is taken.
        }
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        await state.Started.WaitAsync(stopping);
        if (!state.Current.Loaded) return;
        watch.Changed += Log;
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            watch.Look();
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private void Log(HealthChange change) => logger.LogWarning(
        "The pipeline is {To}, it was {From}: {Reasons}", change.To, change.From,
        change.Failed.Count == 0 ? "no check fails any more" : string.Join("; ", change.Failed.Select(check => $"{check.Name}: {check.Message}")));
}
