namespace PipelineMetrics.Counters;

/// <summary>What is counted of finished attempts from the beginning of the log on.</summary>
public enum AttemptCounter
{
    /// <summary>Attempts, by outcome, type and harness.</summary>
    Attempts,

    /// <summary>Durations by type and outcome: how many lie in each step of <see cref="DurationSteps"/>, and last their sum in milliseconds.</summary>
    Durations,

    /// <summary>Tokens by kind and model.</summary>
    Tokens,

    /// <summary>Reasoning tokens by model; output tokens hold them too.</summary>
    ReasoningTokens,

    /// <summary>Cost by model and source, in millionths of a US dollar.</summary>
    CostUsdMicros,

    /// <summary>Attempts with tokens and without a cost, by model.</summary>
    Unpriced,

    /// <summary>Calls of tools, by the outcome of the attempt.</summary>
    ToolCalls,

    /// <summary>Calls of tools that failed, by the outcome of the attempt.</summary>
    ToolErrors,

    /// <summary>Turns by harness.</summary>
    Turns,

    /// <summary>When the newest attempt finished, by type, Unix milliseconds. The only one that is no sum.</summary>
    LastCompletionMs,

    /// <summary>Attempts that are in no other of these, because they were not told as they finished, by harness.</summary>
    Backfilled,
}

/// <summary>By what is counted.</summary>
public enum CounterLabel
{
    /// <summary>How the attempt ended.</summary>
    Outcome,

    /// <summary>The task type; of the first <see cref="CappedNames.Most"/> names each has its own series.</summary>
    Type,

    /// <summary>The model, capped like the type.</summary>
    Model,

    /// <summary>The harness, capped like the type.</summary>
    Harness,

    /// <summary>Which tokens: input, output, cache_read, cache_write.</summary>
    Kind,

    /// <summary>Where a cost comes from: reported, estimated.</summary>
    Source,
}

/// <summary>One series of a counter.</summary>
/// <param name="Labels">The values of its labels, in the order of <see cref="AttemptCounters.LabelsOf"/>.</param>
/// <param name="Values">Its numbers: one, or those of a histogram.</param>
public sealed record CounterSeries(IReadOnlyList<string> Labels, IReadOnlyList<long> Values);
