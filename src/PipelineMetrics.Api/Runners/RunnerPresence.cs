using PipelineMetrics.Health;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Runners;

/// <summary>Which runners are there.</summary>
internal sealed class RunnerPresence(Recorder recorder, HealthOptions options)
{
    /// <summary>All runners that were heard.</summary>
    public IReadOnlyList<RunnerView> Known => recorder.Runners.All;

    /// <summary>Whether somebody who was heard then is still there.</summary>
    public bool IsRecent(DateTimeOffset lastSeen, DateTimeOffset now) => now - lastSeen <= options.MaxSilence;

    /// <summary>How a runner is.</summary>
    public RunnerState StateOf(RunnerView runner, DateTimeOffset now) => runner.StateAt(now, recorder.StartedAt, options.MaxSilence);

    /// <summary>Those whose heartbeats say that they run.</summary>
    public IEnumerable<string> Running(DateTimeOffset now) =>
        Known.Where(runner => runner.SendsHeartbeats && StateOf(runner, now) == RunnerState.Running).Select(runner => runner.Id);
}
