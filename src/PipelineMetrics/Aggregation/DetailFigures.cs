using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>The figures of a group beyond the contract.</summary>
public sealed record DetailFigures
{
    /// <summary>Attempts by how they ended, cancelled ones included.</summary>
    public required IReadOnlyDictionary<Outcome, long> Outcomes { get; init; }

    /// <summary>Attempts whose outcome is a guess.</summary>
    public required long Inferred { get; init; }

    /// <summary>90 of 100 known durations are at most this; null when none is known.</summary>
    public required RankedValue? P90 { get; init; }

    /// <summary>99 of 100 are at most this.</summary>
    public required RankedValue? P99 { get; init; }

    /// <summary>The shortest known duration.</summary>
    public required RankedValue? Min { get; init; }

    /// <summary>The longest known duration.</summary>
    public required RankedValue? Max { get; init; }

    /// <summary>Completed without a retry and, as far as is known, without a rework.</summary>
    public required long FirstPass { get; init; }

    /// <summary>Retries before the attempts.</summary>
    public required Sum Retries { get; init; }

    /// <summary>Input tokens without cache.</summary>
    public required Sum InputTokens { get; init; }

    /// <summary>Output tokens.</summary>
    public required Sum OutputTokens { get; init; }

    /// <summary>Tokens read from a cache.</summary>
    public required Sum CacheReadTokens { get; init; }

    /// <summary>Tokens written to a cache.</summary>
    public required Sum CacheWriteTokens { get; init; }

    /// <summary>The part of the output that was reasoning.</summary>
    public required Sum ReasoningTokens { get; init; }

    /// <summary>Cost of all attempts that have one.</summary>
    public required Sum Cost { get; init; }

    /// <summary>How many of the costs were computed from tokens.</summary>
    public required long EstimatedCosts { get; init; }

    /// <summary>Attempts of which it is known whether a gate failed.</summary>
    public required long GatesKnown { get; init; }

    /// <summary>Attempts with a failed gate.</summary>
    public required long GatesFailed { get; init; }

    /// <summary>How far estimates of input tokens were off.</summary>
    public required EstimateError InputTokensError { get; init; }

    /// <summary>How far estimates of output tokens were off.</summary>
    public required EstimateError OutputTokensError { get; init; }

    /// <summary>How far estimates of the cost were off.</summary>
    public required EstimateError CostError { get; init; }

    /// <summary>Waiting before the start, milliseconds.</summary>
    public required Sum QueueWait { get; init; }
}
