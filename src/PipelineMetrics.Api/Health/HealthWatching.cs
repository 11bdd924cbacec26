using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Health;

namespace PipelineMetrics.Api.Health;

/// <summary>Looks at health every few seconds, so that changes are seen although nobody asks.</summary>
internal sealed class HealthWatching(HealthWatch watch, ServiceState state, TimeProvider clock, ILogger<HealthWatching> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken);
        if (!state.Current.Loaded) return;
        watch.Changed += Log;
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            watch.Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Log(HealthChange change) => logger.LogWarning(
        "The pipeline is {To}, it was {From}: {Reasons}", change.To, change.From,
        change.Failed.Count == 0 ? "no check fails any more" : string.Join("; ", change.Failed.Select(check => $"{check.Name}: {check.Message}")));
}
