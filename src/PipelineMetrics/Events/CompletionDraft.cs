namespace PipelineMetrics.Events;

/// <summary>What somebody says about one finished attempt, before it is judged. <see cref="Completion.TryCreate"/> makes a fact of
/// it.</summary>
public sealed partial class CompletionDraft
{
    /// <summary>The task within its chain. 1 to 200 bytes; required.</summary>
    public string? TaskId { get; set; }

    /// <summary>What kind of work it was, such as <c>spec</c>, <c>impl</c>, <c>review</c>. 1 to 100 bytes; default
    /// <c>unknown</c>.</summary>
    public string? TaskType { get; set; }

    /// <summary>The model that did it. 1 to 200 bytes; default <c>unknown</c>.</summary>
    public string? Model { get; set; }

    /// <summary>Wall clock from dispatch to finish, milliseconds, 0 to 30 days. Absent means unknown: the attempt counts in rates, not
    /// in percentiles.</summary>
    public long? DurationMs { get; set; }

    /// <summary>Completed or failed; may be left out when <see cref="Outcome"/> is given.</summary>
    public CompletionStatus? Status { get; set; }

    /// <summary>When the attempt finished; default: when it arrived.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>The caller's idempotency key, 1 to 128 bytes; absent until the service gives one.</summary>
    public string? Id { get; set; }

    /// <summary>When the service took it; set by the service.</summary>
    public DateTimeOffset? ReceivedAt { get; set; }

    /// <summary>How it ended, finer than the status.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>The chain of the task. 1 to 200 bytes.</summary>
    public string? ChainId { get; set; }

    /// <summary>The change request that asked for the work. 1 to 200 bytes.</summary>
    public string? RequestId { get; set; }

    /// <summary>The process that ran it. 1 to 200 bytes.</summary>
    public string? Runner { get; set; }

    /// <summary>The role the agent played. 1 to 100 bytes.</summary>
    public string? Role { get; set; }

    /// <summary>The executor of spec 026. 1 to 100 bytes.</summary>
    public string? Executor { get; set; }

    /// <summary>Who serves the model, such as <c>anthropic</c>. 1 to 100 bytes.</summary>
    public string? Provider { get; set; }

    /// <summary>The agent program, such as <c>claude_code</c>. 1 to 100 bytes.</summary>
    public string? Harness { get; set; }

    /// <summary>The programming language of the work. 1 to 100 bytes.</summary>
    public string? Language { get; set; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c>; other values are kept. 1 to 100 bytes.</summary>
    public string? Complexity { get; set; }

    /// <summary><c>tiny</c> to <c>huge</c>; other values are kept. 1 to 100 bytes.</summary>
    public string? RepoSizeCategory { get; set; }

    /// <summary>Which prompt was used, for comparisons. 1 to 200 bytes.</summary>
    public string? PromptVariant { get; set; }

    /// <summary>Which skill was used, for comparisons. 1 to 200 bytes.</summary>
    public string? SkillVersion { get; set; }

    /// <summary>When the attempt started.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Waiting before the start, milliseconds, 0 to 366 days; never part of the duration.</summary>
    public long? QueueWaitMs { get; set; }

    /// <summary>Retries before this outcome, 0 to 1,000,000.</summary>
    public long? RetryCount { get; set; }

    /// <summary>Input tokens without cache. Absent means unknown, 0 means none.</summary>
    public long? ActualInputTokens { get; set; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long? ActualOutputTokens { get; set; }

    /// <summary>Tokens read from the provider's cache.</summary>
    public long? CacheReadTokens { get; set; }

    /// <summary>Tokens written to the provider's cache.</summary>
    public long? CacheWriteTokens { get; set; }

    /// <summary>What was expected before the start.</summary>
    public long? EstimatedInputTokens { get; set; }

    /// <summary>What was expected before the start.</summary>
    public long? EstimatedOutputTokens { get; set; }

    /// <summary>Cost, millionths of a US dollar.</summary>
    public long? ActualCostUsdMicros { get; set; }

    /// <summary>Cost expected before the start, millionths of a US dollar.</summary>
    public long? EstimatedCostUsdMicros { get; set; }

    /// <summary>Whether the gates let it pass.</summary>
    public bool? QualityGatePassed { get; set; }

    /// <summary>Gates that ran, such as <c>build</c>, <c>lint</c>, <c>test</c>.</summary>
    public IReadOnlyList<string>? QualityGatesRun { get; set; }

    /// <summary>Gates that failed: a subset of those that ran.</summary>
    public IReadOnlyList<string>? QualityGatesFailed { get; set; }

    /// <summary>How often the context was compacted, 0 to 1,000,000.</summary>
    public long? ContextCompactions { get; set; }

    /// <summary>How often a fresh context took over, 0 to 1,000,000.</summary>
    public long? ContextRotations { get; set; }

    /// <summary>How full the context was at the end, 0 to 1.</summary>
    public decimal? ContextUtilizationFinal { get; set; }

    /// <summary>Processor time of the run, milliseconds.</summary>
    public long? CpuMs { get; set; }

    /// <summary>Largest memory of the run, bytes.</summary>
    public long? PeakMemoryBytes { get; set; }

    /// <summary>Why it failed. At most 2,000 bytes.</summary>
    public string? Error { get; set; }

    /// <summary>The harness session. 1 to 200 bytes.</summary>
    public string? SessionId { get; set; }

    /// <summary>Turns of the conversation, 0 to 1,000,000.</summary>
    public long? Turns { get; set; }

    /// <summary>Tool calls, 0 to 1,000,000.</summary>
    public long? ToolCalls { get; set; }

    /// <summary>Tool calls that failed, 0 to 1,000,000.</summary>
    public long? ToolErrors { get; set; }

    /// <summary>The part of the output that was reasoning.</summary>
    public long? ReasoningTokens { get; set; }

    /// <summary>Who says the cost.</summary>
    public CostSource? CostSource { get; set; }

    /// <summary>How we know: <c>api</c>, <c>exec</c>, <c>otlp</c>, <c>hook</c>, <c>import</c>, <c>git-import</c>; default <c>api</c>. 1
    /// to 100 bytes.</summary>
    public string? Source { get; set; }

    /// <summary>The outcome is a guess, not something a runner said.</summary>
    public bool? OutcomeInferred { get; set; }

    /// <summary>The id of the completion this line corrects.</summary>
    public string? Revises { get; set; }

    /// <summary>1 for the first correction, and so on; the highest counts.</summary>
    public long? Revision { get; set; }

    /// <summary>Anything else: a JSON object of at most 32 names and 8 KiB, kept as it was written.</summary>
    public string? Metadata { get; set; }
}
