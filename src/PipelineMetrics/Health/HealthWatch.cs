using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Health;

/// <summary>A check, and since when it is as it is.</summary>
/// <param name="Check">The check.</param>
/// <param name="Since">When it was first seen so; when it has not changed since the start, the start.</param>
public sealed record WatchedCheck(HealthCheck Check, DateTimeOffset Since);

/// <summary>How the pipeline is, and why.</summary>
/// <param name="Status">What the checks come to.</param>
/// <param name="At">When they were made.</param>
/// <param name="Checks">All of them.</param>
public sealed record HealthReport(HealthStatus Status, DateTimeOffset At, IReadOnlyList<WatchedCheck> Checks);

/// <summary>The status became another.</summary>
/// <param name="From">What it was.</param>
/// <param name="To">What it is.</param>
/// <param name="At">When that was seen.</param>
/// <param name="Failed">The checks that fail now.</param>
public sealed record HealthChange(HealthStatus From, HealthStatus To, DateTimeOffset At, IReadOnlyList<HealthCheck> Failed);

/// <summary>A runner that ran does not any more.</summary>
/// <param name="Id">The runner.</param>
/// <param name="State">Stopped, error or silent.</param>
/// <param name="At">When that was seen.</param>
/// <param name="Reason">What it said about it.</param>
public sealed record RunnerStop(string Id, RunnerState State, DateTimeOffset At, string? Reason);

/// <summary>
/// Looks at health again and again, remembers since when each check is as it is, and tells what changed from one look to the next.
/// What was so at the first look is no change.
/// </summary>
/// <remarks>
/// Safe from any thread; one look at a time. Handlers are called in the order of the changes, on the thread that looks: they must return at
/// once and throw nothing.
/// </remarks>
public sealed class HealthWatch(HealthReader reader, HealthOptions options)
{
    private readonly Lock _lock = new();
    private HealthReport? _last;
    private HashSet<string> _running = [];

    /// <summary>The status became another.</summary>
    public event Action<HealthChange>? Changed;

    /// <summary>A runner that sends heartbeats stopped, cannot work, or fell silent.</summary>
    public event Action<RunnerStop>? RunnerStopped;

    /// <summary>How things are now.</summary>
    public HealthReport Look()
    {
        lock (_lock)
        {
            return Look(reader.Read());
        }
    }

    /// <summary>How things are by facts that were read.</summary>
    internal HealthReport Look(HealthFacts facts)
    {
        var checks = HealthChecks.Of(facts, options);
        var status = HealthChecks.StatusOf(checks);
        var before = _last;
        _last = new HealthReport(status, facts.Now, [.. checks.Select((check, i) => new WatchedCheck(check, Since(check, before?.Checks[i], facts)))]);
        TellStops(facts);
        if (before is not null && before.Status != status)
            Changed?.Invoke(new HealthChange(before.Status, status, facts.Now, [.. checks.Where(check => !check.IsOk)]));
        return _last;
    }

    private static DateTimeOffset Since(HealthCheck check, WatchedCheck? before, HealthFacts facts)
    {
        if (before is null) return facts.ListeningSince;
        return before.Check.IsOk == check.IsOk ? before.Since : facts.Now;
    }

    private void TellStops(HealthFacts facts)
    {
        var ran = _running;
        _running = new HashSet<string>(StringComparer.Ordinal);
        foreach (var runner in facts.Runners.Where(runner => runner.SendsHeartbeats))
        {
            var state = runner.StateAt(facts.Now, facts.ListeningSince, options.MaxSilence);
            if (state == RunnerState.Running) _running.Add(runner.Id);
            else if (ran.Contains(runner.Id)) RunnerStopped?.Invoke(new RunnerStop(runner.Id, state, facts.Now, runner.Reason));
        }
    }
}
