namespace PipelineMetrics.Aggregation;

/// <summary>What decides whether an answer can have changed: with the same range and an equal state, every figure is the same.</summary>
/// <param name="Version">How many facts were applied.</param>
/// <param name="Edge">When the completion that left a rolling window last had finished, Unix milliseconds; the smallest number when
/// none has left, or for a fixed range.</param>
/// <param name="ChangedAt">When the last of these changes was; null before the first.</param>
public readonly record struct MetricsState(long Version, long Edge, DateTimeOffset? ChangedAt);

/// <summary>The answer to a question.</summary>
/// <param name="State">What it was made of.</param>
/// <param name="From">The first instant that is in; null for the beginning.</param>
/// <param name="To">For a rolling window the last change of the answer, for a range its end; null without end.</param>
/// <param name="Overall">All completions in question.</param>
/// <param name="Groups">For each dimension asked for, its groups.</param>
public sealed record MetricsResult(
    MetricsState State, DateTimeOffset? From, DateTimeOffset? To, GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups)
{
    /// <summary>
    /// Until when, the instant included, the answer holds as long as no fact is applied: then a completion leaves the rolling window.
    /// </summary>
    public DateTimeOffset HoldsUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The range begins before this time, and completions that finished before it have left; null when none is missing.</summary>
    public DateTimeOffset? TruncatedBefore { get; init; }
}
