using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Compaction;
using PipelineMetrics.Api.Health;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Readiness;
using PipelineMetrics.Api.Metrics;
using PipelineMetrics.Api.Pipeline;
using PipelineMetrics.Api.Queue;
using PipelineMetrics.Api.Runners;
using PipelineMetrics.Api.Status;
using PipelineMetrics.Health;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Hosting;

/// <summary>Brings the engine up beside the server and down after it, and tells the readiness of the service what it sees.</summary>
internal sealed class Engine(Recorder recorder, Notifier notifier, ServiceState state, TimeProvider clock, ILogger<Engine> logger) : BackgroundService
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(500);

    public static void AddTo(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IDisk, RealDisk>();
        services.AddSingleton(OpenJournal);
        services.AddSingleton(provider => SettingsCheck.Prices(provider.GetRequiredService<PricingOptions>()));
        services.AddSingleton<Recorder>();
        services.AddSingleton<MetricsAnswers>();
        services.AddSingleton<QueueScoring>();
        services.AddSingleton<ServiceTimes>();
        services.AddSingleton<QueueAnswers>();
        services.AddSingleton<RunnerPresence>();
        services.AddSingleton<RunnerList>();
        services.AddSingleton<StatusAnswers>();
        services.AddSingleton<PipelineAnswers>();
        services.AddSingleton<HealthReader>();
        services.AddSingleton<HealthWatch>();
        services.AddHostedService<Engine>();
        services.AddCompaction();
        services.AddHostedService<HealthWatching>();
    }

    /// <summary>Ends after the server: requests that were accepted are answered first, then the log is closed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        recorder.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start-up path, so that the server answers 503 with a reason while the log is read.
        if (!await Task.Run(TryLoad, stoppingToken)) return;
        using var timer = new PeriodicTimer(CheckEvery, clock);
        do
        {
            Report();
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static Journal OpenJournal(IServiceProvider provider) => Journal.Open(
        provider.GetRequiredService<IDisk>(), SettingsCheck.Usable(provider.GetRequiredService<LogOptions>()),
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Journal>>());

    private bool TryLoad()
    {
        try
        {
            var started = clock.GetTimestamp();
            recorder.Start();
            notifier.Prepare();
            var log = recorder.Log;
            logger.LogInformation("Read {Completions} completions and {Events} events in {Seconds:0.00} s; next line is {Seq}",
                log.Completions.Lines, log.Events.Lines, clock.GetElapsedTime(started).TotalSeconds, log.LastSeq + 1);
            return true;
        }
        catch (Exception e)
        {
            // Without its log the service has nothing to say; it stays up to say so, for the person who looks.
            state.Failed($"the log could not be read: {e.Message}");
            logger.LogCritical(e, "The log could not be read");
            return false;
        }
    }

    private void Report()
    {
        if (recorder.Stopped is { } stopped && !recorder.Log.IsView) state.NotWriting($"nothing is stored until the service is restarted: {stopped}");
        else if (recorder.Log.LastWriteError is { } error) state.NotWriting($"the last write failed ({error.Fault}): {error.Message}");
        else if (Reasons() is { Count: > 0 } reasons) state.Degraded(reasons);
        else state.Ready();
    }

    private List<string> Reasons()
    {
        var log = recorder.Log;
        var reasons = log.Damage.Take(10).Select(d => $"{d.Kind} in {d.File} at byte {d.Offset}: {d.Reason}").ToList();
        if (recorder.LeftOut.Count > 0)
            reasons.Add($"{recorder.LeftOut.Count} lines of the log are not counted; the last: {recorder.LeftOut.Newest[^1].Reason}");
        if (log.LastUpkeepError is { } upkeep) reasons.Add($"put off and tried again: {upkeep.Message}");
        return reasons;
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
