using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Health;

/// <summary>The checks. One that has nothing to judge by is fine and says so. Whatever stands exactly at its limit is fine.</summary>
public static class HealthChecks
{
    /// <summary>The check of whether anything can be stored.</summary>
    public const string Writes = "writes";

    private const int FewestForARate = 10;
    private const int FewestForUnhealthy = 3;
    private const int MostNamed = 3;

    /// <summary>All checks, always in the same order.</summary>
    public static IReadOnlyList<HealthCheck> Of(HealthFacts facts, HealthOptions options) =>
    [
        SchedulerAlive(facts, options), Backlog(facts, options), ErrorRate(facts, options), LastCompletion(facts, options),
        WritesOf(facts), Disk(facts, options), LogDamage(facts), RunnerSilent(facts, options),
    ];

    /// <summary>What the checks come to.</summary>
    public static HealthStatus StatusOf(IReadOnlyList<HealthCheck> checks)
    {
        var failed = checks.Count(check => !check.IsOk);
        if (failed >= FewestForUnhealthy || checks.Any(check => check is { Name: Writes, IsOk: false })) return HealthStatus.Unhealthy;
        return failed > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    private static HealthCheck SchedulerAlive(HealthFacts facts, HealthOptions options)
    {
        var latest = facts.Runners.Where(runner => runner.SendsHeartbeats).MaxBy(runner => runner.LastSeen);
        var silence = latest?.SilenceAt(facts.Now, facts.ListeningSince);
        var message = latest is null ? "no runner has ever sent a heartbeat"
            : latest.LastSeen < facts.ListeningSince ? $"no heartbeat has come since the service started {Seconds(silence!.Value)} s ago"
            : $"the last heartbeat, of '{latest.Id}', came {Seconds(silence!.Value)} s ago";
        return Check("scheduler_alive", !(silence > options.MaxSilence), silence, options.MaxSilence, message);
    }

    private static HealthCheck Backlog(HealthFacts facts, HealthOptions options) =>
        new("backlog", facts.Pending <= options.MaxBacklog, facts.Pending, options.MaxBacklog, $"{facts.Pending} tasks are pending");

    private static HealthCheck ErrorRate(HealthFacts facts, HealthOptions options)
    {
        var total = facts.Completed + facts.Failed;
        var limit = (decimal)options.MaxErrorRate;
        var isOk = total < FewestForARate || facts.Failed <= limit * total;
        var message = total < FewestForARate
            ? $"{total} attempts in 24 hours are too few to judge, {FewestForARate} are needed"
            : $"{facts.Failed} of {total} attempts in 24 hours failed";
        decimal? rate = total == 0 ? null : Math.Round((decimal)facts.Failed / total, 4, MidpointRounding.AwayFromZero);
        return new HealthCheck("error_rate", isOk, rate, limit, message);
    }

    private static HealthCheck LastCompletion(HealthFacts facts, HealthOptions options)
    {
        const string Name = "last_completion";
        // Where nobody works and nothing is to be done, nothing is late.
        if (facts.LastCompletion is null && facts.Pending + facts.Active == 0 && !facts.Runners.Any(runner => runner.SendsHeartbeats))
            return Check(Name, true, null, options.MaxIdleTime, "nothing has finished yet, and there is nothing to do");
        var last = facts.LastCompletion > facts.ListeningSince ? facts.LastCompletion.Value : facts.ListeningSince;
        var idle = facts.Now > last ? facts.Now - last : TimeSpan.Zero;
        var message = last == facts.LastCompletion
            ? $"the last attempt finished {Seconds(idle)} s ago"
            : $"no attempt has finished since the service started {Seconds(idle)} s ago";
        return Check(Name, idle <= options.MaxIdleTime, idle, options.MaxIdleTime, message);
    }

    private static HealthCheck WritesOf(HealthFacts facts) =>
        new(Writes, facts.WritesRefused is null, null, null, facts.WritesRefused ?? "what arrives is stored");

    private static HealthCheck Disk(HealthFacts facts, HealthOptions options) => new(
        "disk", !(facts.FreeBytes < options.MinFreeBytes), facts.FreeBytes, options.MinFreeBytes,
        facts.FreeBytes is { } free ? $"{free} bytes are free on the file system of the log" : "how much is free on the file system of the log is not known");

    private static HealthCheck LogDamage(HealthFacts facts)
    {
        var count = facts.Damage + facts.LinesLeftOut;
        var message = count == 0
            ? "the log is whole"
            : $"{facts.Damage} places of the log are damaged and {facts.LinesLeftOut} lines are not counted; /health/ready names them";
        return new HealthCheck("log_damage", count == 0, count, 0, message);
    }

    private static HealthCheck RunnerSilent(HealthFacts facts, HealthOptions options)
    {
        const string Name = "runner_silent";
        var expected = facts.Runners.Where(runner => runner is { SendsHeartbeats: true, Said: RunnerState.Running })
            .Select(runner => (runner.Id, Silence: runner.SilenceAt(facts.Now, facts.ListeningSince)))
            .OrderByDescending(runner => runner.Silence).ThenBy(runner => runner.Id, StringComparer.Ordinal).ToList();
        if (expected.Count == 0) return Check(Name, true, null, options.MaxSilence, "no heartbeat is expected");
        var silent = expected.TakeWhile(runner => runner.Silence > options.MaxSilence).Select(runner => $"'{runner.Id}'").ToList();
        var message = silent.Count == 0 ? $"{expected.Count} runners send heartbeats" : $"nothing is heard of {Listed(silent)}";
        return Check(Name, silent.Count == 0, expected[0].Silence, options.MaxSilence, message);
    }

    private static string Listed(List<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");

    private static HealthCheck Check(string name, bool isOk, TimeSpan? value, TimeSpan threshold, string message) =>
        new(name, isOk, value is { } measured ? Seconds(measured) : null, Seconds(threshold), message);

    private static decimal Seconds(TimeSpan time) => (decimal)time.Ticks / TimeSpan.TicksPerSecond;
}
