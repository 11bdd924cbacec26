using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>Something that a person should look at, or would if it were raised.</summary>
/// <param name="Name">Its name, as in JSON.</param>
/// <param name="IsRaised">Whether it is.</param>
/// <param name="Value">What was measured; null when there is nothing to measure.</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="Reason">Why it is raised, or why not.</param>
public sealed record PipelineFlag(string Name, bool IsRaised, decimal? Value, decimal Threshold, string Reason);

/// <summary>What the flags are made of.</summary>
/// <param name="Pending">How many tasks wait for a runner.</param>
/// <param name="Running">How many run.</param>
/// <param name="OldestWait">How long the one of them that waits longest has waited; null when none waits.</param>
/// <param name="LastFinished">How the last attempts ended, newest first, cancelled ones left out; three are enough.</param>
/// <param name="Completed">Completed attempts of the last 7 days.</param>
/// <param name="Total">Completed and failed attempts of the last 7 days.</param>
public sealed record FlagFacts(
    long Pending, long Running, TimeSpan? OldestWait, IReadOnlyList<CompletionStatus> LastFinished, long Completed, long Total);

/// <summary>The flags of the pipeline. What is not known raises none.</summary>
public static class PipelineFlags
{
    /// <summary>The flag of a queue that nobody works on.</summary>
    public const string Stuck = "stuck";

    /// <summary>How many attempts in a row must fail.</summary>
    public const int FailuresInARow = 3;

    private const int LongestWaitSeconds = 600;
    private const int FewestForARate = 10;
    private const decimal LowestRate = 0.8m;

    /// <summary>All flags, raised or not, always in the same order.</summary>
    public static IReadOnlyList<PipelineFlag> Of(FlagFacts facts) => [StuckOf(facts), RepeatedFailuresOf(facts), LowSuccessOf(facts)];

    private static PipelineFlag StuckOf(FlagFacts facts)
    {
        var seconds = facts.OldestWait is { } wait ? Math.Round((decimal)wait.Ticks / TimeSpan.TicksPerSecond, 3, MidpointRounding.AwayFromZero) : (decimal?)null;
        var isRaised = facts.Pending > 0 && facts.Running == 0 && facts.OldestWait > TimeSpan.FromSeconds(LongestWaitSeconds);
        var reason = facts.Pending == 0 ? "no task is pending"
            : facts.Running > 0 ? $"{facts.Running} tasks run"
            : $"{facts.Pending} tasks are pending, none runs, and the oldest has waited {seconds} s";
        return new PipelineFlag(Stuck, isRaised, seconds, LongestWaitSeconds, reason);
    }

    private static PipelineFlag RepeatedFailuresOf(FlagFacts facts)
    {
        var last = facts.LastFinished.Take(FailuresInARow).ToList();
        var failures = last.TakeWhile(status => status == CompletionStatus.Failed).Count();
        var reason = last.Count < FailuresInARow ? $"only {last.Count} attempts have finished" : $"{failures} of the last {FailuresInARow} attempts failed in a row";
        return new PipelineFlag("repeated_failures", failures >= FailuresInARow, last.Count == 0 ? null : failures, FailuresInARow, reason);
    }

    private static PipelineFlag LowSuccessOf(FlagFacts facts)
    {
        var rate = facts.Total == 0 ? (decimal?)null : (decimal)facts.Completed / facts.Total;
        var isRaised = facts.Total >= FewestForARate && rate < LowestRate;
        var reason = facts.Total < FewestForARate
            ? $"{facts.Total} attempts in 7 days are too few to judge, {FewestForARate} are needed"
            : $"{facts.Completed} of {facts.Total} attempts in 7 days completed";
        var shown = rate is { } exact ? Math.Round(exact, 4, MidpointRounding.AwayFromZero) : (decimal?)null;
        return new PipelineFlag("low_success", isRaised, shown, LowestRate, reason);
    }
}
