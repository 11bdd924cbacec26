using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Analysis;

/// <summary>What an attempt at a task will probably come to, going by finished attempts at similar tasks.</summary>
public sealed record Prediction
{
    /// <summary>What it was made of.</summary>
    public required MetricsState State { get; init; }

    /// <summary>Until when, the instant included, it holds as long as no fact is applied.</summary>
    public required DateTimeOffset HoldsUntil { get; init; }

    /// <inheritdoc cref="MetricsResult.TruncatedBefore"/>
    public DateTimeOffset? TruncatedBefore { get; init; }

    /// <summary>How many attempts it is made of; each number says how many of them say it.</summary>
    public required long SampleSize { get; init; }

    /// <summary>What they have in common with the task.</summary>
    public required Fallback Fallback { get; init; }

    /// <summary>How much that is worth.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>Input tokens without cache.</summary>
    public required Distribution InputTokens { get; init; }

    /// <summary>Output tokens.</summary>
    public required Distribution OutputTokens { get; init; }

    /// <summary>Cost in millionths of a US dollar.</summary>
    public required Distribution CostUsdMicros { get; init; }

    /// <summary>Duration in milliseconds.</summary>
    public required Distribution DurationMs { get; init; }
}
