using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Compaction;

/// <summary>Lets leave what is older than the settings say, after the start and then once an hour. Without a setting it does nothing.</summary>
internal sealed class Retention(
    Compactor compactor, RetentionOptions options, ServiceState state, TimeProvider clock, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.RetentionDays is not { } days) return;
        try
        {
            await WatchAsync(days, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host takes it for a fault where it stops before it had begun, as when its port is taken.
        }
    }

    private async Task WatchAsync(int days, CancellationToken stopping)
    {
        await state.Started.WaitAsync(stopping);
        if (!state.Current.Loaded) return;
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await CompactAsync(TimeSpan.FromDays(days), stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task CompactAsync(TimeSpan age, CancellationToken stopping)
    {
        try
        {
            var now = clock.GetUtcNow();
            var before = now - DateTimeOffset.MinValue > age ? now - age : DateTimeOffset.MinValue;
            if (await compactor.RunAsync(new CompactionRequest(before), stopping) is { Archived: { Count: > 0 } left })
                logger.LogInformation("{Files} files older than {Days} days left the log for the archive", left.Count, age.TotalDays);
        }
        catch (Exception e) when (e is DiskException or LogStoppedException)
        {
            // The next hour may be a better one; meanwhile everything stays and is served.
            logger.LogError(e, "What is older than {Days} days could not leave the log", age.TotalDays);
        }
    }
}
