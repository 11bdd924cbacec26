using System.Runtime.CompilerServices;

namespace PipelineMetrics.Events;

/// <summary>What a completion says in numbers; what it does not say is -1.</summary>
internal struct CompletionNumbers
{
    /// <summary>When it finished, Unix milliseconds.</summary>
    public long CreatedMs;

    /// <summary>When the service took it, Unix milliseconds.</summary>
    public long ReceivedMs;

    /// <summary>The duration in milliseconds.</summary>
    public long DurationMs;

    public CompletionStatus Status;
    public Outcome Outcome;
    public bool IsInferred;
    public bool IsCostEstimated;
    public bool KnowsGates;
    public bool FailedGates;

    /// <summary>The counts and sums, in the order of <see cref="CompletionDetail"/>.</summary>
    public DetailNumbers Details;
}

/// <summary>The numbers of a completion that are only summed.</summary>
internal enum CompletionDetail
{
    Retries,
    InputTokens,
    OutputTokens,
    CacheReadTokens,
    CacheWriteTokens,
    ReasoningTokens,
    CostUsdMicros,
    EstimatedInputTokens,
    EstimatedOutputTokens,
    EstimatedCostUsdMicros,
    QueueWaitMs,
}

/// <summary>One number for each <see cref="CompletionDetail"/>.</summary>
[InlineArray(Count)]
internal struct DetailNumbers
{
    public const int Count = 11;
    private long _first;
}
