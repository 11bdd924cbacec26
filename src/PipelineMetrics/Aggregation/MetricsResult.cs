namespace PipelineMetrics.Aggregation;

/// <summary>What decides whether an answer can have changed: with the same range and an equal state, every figure is the same.</summary>
/// <param name="Version">How many facts were applied.</param>
/// <param name="Edge">When the completion that left a rolling window last had finished, Unix milliseconds; the smallest number when
/// none has left, or for a fixed range.</param>
/// <param name="ChangedAt">When the last of these changes was.</param>
public readonly record struct MetricsState(long Version, long Edge, DateTimeOffset ChangedAt);

/// <summary>The groups of a dimension.</summary>
/// <param name="Groups">By value, ordinal order. Completions without a value are in none.</param>
/// <param name="Folded">How many values are summed under <see cref="Other"/>; 0 when all are told apart.</param>
public sealed record GroupTable(IReadOnlyList<KeyValuePair<string, GroupFigures>> Groups, int Folded)
{
    /// <summary>The key of the group that sums what is not told apart. A real value that starts with a bracket is shown with two.</summary>
    public const string Other = "(other)";
}

/// <summary>The answer to a question.</summary>
/// <param name="From">The first instant that is in; null for the beginning.</param>
/// <param name="To">For a rolling window the last change of the answer, for a range its end; null without end.</param>
/// <param name="Overall">All completions in question.</param>
/// <param name="Groups">For each dimension asked for, its groups.</param>
public sealed record MetricsResult(
    DateTimeOffset? From, DateTimeOffset? To, GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups);
