namespace PipelineMetrics.Aggregation;

/// <summary>The answer to a question for each step of its range.</summary>
/// <param name="State">What it was made of.</param>
/// <param name="Step">How long a step is.</param>
/// <param name="Steps">All steps of the range in the order of time, those without completions too.</param>
public sealed record SeriesResult(MetricsState State, CalendarStep Step, IReadOnlyList<SeriesStep> Steps)
{
    /// <summary>
    /// Until when, the instant included, the answer holds as long as no fact is applied: then a completion leaves a rolling window, or a
    /// step begins or leaves it.
    /// </summary>
    public DateTimeOffset HoldsUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <inheritdoc cref="MetricsResult.TruncatedBefore"/>
    public DateTimeOffset? TruncatedBefore { get; init; }
}

/// <summary>One step of a series.</summary>
/// <param name="Figures">
/// Exactly what the same question about the range from <see cref="MetricsResult.From"/> to <see cref="MetricsResult.To"/> is answered.
/// There is no end while the step runs: what is ahead of the clock is in it.
/// </param>
/// <param name="IsPartial">Whether the range cuts the step, or it still runs.</param>
public sealed record SeriesStep(MetricsResult Figures, bool IsPartial);
