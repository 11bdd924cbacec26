using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>
/// One finished attempt at a task, as a runner posts it. Only <c>task_id</c>, a duration and a status (or an outcome) are required.
/// </summary>
public sealed record CompletionRequest
{
    /// <summary>The task within its chain. 1 to 200 bytes; required.</summary>
    [JsonPropertyName("task_id")]
    public string? TaskId { get; init; }

    /// <summary>
    /// What kind of work it was, such as <c>spec</c>, <c>impl</c>, <c>review</c>. 1 to 100 bytes; default <c>unknown</c>.
    /// </summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>The model that did it. 1 to 200 bytes; default <c>unknown</c>.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>Wall clock from dispatch to finish, seconds, 0 to 30 days; required (or <c>task_duration_ms</c>).</summary>
    [JsonPropertyName("duration_seconds")]
    public decimal? DurationSeconds { get; init; }

    /// <summary>
    /// <c>completed</c> or <c>failed</c>; may be left out when <c>outcome</c> is given. <c>timed_out</c> means failed with the outcome
    /// timeout.
    /// </summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>When the attempt finished; default: when it arrived.</summary>
    [JsonPropertyName("created_at")]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Your idempotency key, 1 to 128 bytes; the same id and content again is stored once. Default: one is given.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>
    /// <c>success</c>, <c>failure</c>, <c>partial</c>, <c>timeout</c> or <c>cancelled</c>; must not contradict the status.
    /// </summary>
    [JsonPropertyName("outcome")]
    public string? Outcome { get; init; }

    /// <summary>The chain of the task. 1 to 200 bytes.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>The change request that asked for the work. 1 to 200 bytes.</summary>
    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    /// <summary>The process that ran it. 1 to 200 bytes.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>The role the agent played. 1 to 100 bytes.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>The executor of spec 026. 1 to 100 bytes.</summary>
    [JsonPropertyName("executor")]
    public string? Executor { get; init; }

    /// <summary>Who serves the model, such as <c>anthropic</c>. 1 to 100 bytes.</summary>
    [JsonPropertyName("provider")]
    public string? Provider { get; init; }

    /// <summary>The agent program, such as <c>claude_code</c>. 1 to 100 bytes.</summary>
    [JsonPropertyName("harness")]
    public string? Harness { get; init; }

    /// <summary>The programming language of the work. 1 to 100 bytes.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c>; other values are kept. 1 to 100 bytes.</summary>
    [JsonPropertyName("complexity")]
    public string? Complexity { get; init; }

    /// <summary><c>tiny</c> to <c>huge</c>; other values are kept. 1 to 100 bytes.</summary>
    [JsonPropertyName("repo_size_category")]
    public string? RepoSizeCategory { get; init; }

    /// <summary>Which prompt was used, for comparisons. 1 to 200 bytes.</summary>
    [JsonPropertyName("prompt_variant")]
    public string? PromptVariant { get; init; }

    /// <summary>Which skill was used, for comparisons. 1 to 200 bytes.</summary>
    [JsonPropertyName("skill_version")]
    public string? SkillVersion { get; init; }

    /// <summary>When the attempt started.</summary>
    [JsonPropertyName("started_at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Waiting before the start, seconds; never part of the duration.</summary>
    [JsonPropertyName("queue_wait_seconds")]
    public decimal? QueueWaitSeconds { get; init; }

    /// <summary>Retries before this outcome, 0 to 1,000,000.</summary>
    [JsonPropertyName("retry_count")]
    public long? RetryCount { get; init; }

    /// <summary>Input tokens without cache. Absent means unknown, 0 means none.</summary>
    [JsonPropertyName("actual_input_tokens")]
    public long? ActualInputTokens { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    [JsonPropertyName("actual_output_tokens")]
    public long? ActualOutputTokens { get; init; }

    /// <summary>Tokens read from the provider's cache.</summary>
    [JsonPropertyName("cache_read_tokens")]
    public long? CacheReadTokens { get; init; }

    /// <summary>Tokens written to the provider's cache.</summary>
    [JsonPropertyName("cache_write_tokens")]
    public long? CacheWriteTokens { get; init; }

    /// <summary>What was expected before the start.</summary>
    [JsonPropertyName("estimated_input_tokens")]
    public long? EstimatedInputTokens { get; init; }

    /// <summary>What was expected before the start.</summary>
    [JsonPropertyName("estimated_output_tokens")]
    public long? EstimatedOutputTokens { get; init; }

    /// <summary>Cost, millionths of a US dollar.</summary>
    [JsonPropertyName("actual_cost_usd_micros")]
    public long? ActualCostUsdMicros { get; init; }

    /// <summary>Cost expected before the start, millionths of a US dollar.</summary>
    [JsonPropertyName("estimated_cost_usd_micros")]
    public long? EstimatedCostUsdMicros { get; init; }

    /// <summary>Whether the gates let it pass.</summary>
    [JsonPropertyName("quality_gate_passed")]
    public bool? QualityGatePassed { get; init; }

    /// <summary>Gates that ran, such as <c>build</c>, <c>lint</c>, <c>test</c>.</summary>
    [JsonPropertyName("quality_gates_run")]
    public IReadOnlyList<string>? QualityGatesRun { get; init; }

    /// <summary>Gates that failed: a subset of those that ran.</summary>
    [JsonPropertyName("quality_gates_failed")]
    public IReadOnlyList<string>? QualityGatesFailed { get; init; }

    /// <summary>How often the context was compacted, 0 to 1,000,000.</summary>
    [JsonPropertyName("context_compactions")]
    public long? ContextCompactions { get; init; }

    /// <summary>How often a fresh context took over, 0 to 1,000,000.</summary>
    [JsonPropertyName("context_rotations")]
    public long? ContextRotations { get; init; }

    /// <summary>How full the context was at the end, 0 to 1.</summary>
    [JsonPropertyName("context_utilization_final")]
    public decimal? ContextUtilizationFinal { get; init; }

    /// <summary>Processor time of the run, seconds.</summary>
    [JsonPropertyName("cpu_seconds")]
    public decimal? CpuSeconds { get; init; }

    /// <summary>Largest memory of the run, bytes.</summary>
    [JsonPropertyName("peak_memory_bytes")]
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Why it failed. At most 2,000 bytes.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>The harness session. 1 to 200 bytes.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    /// <summary>Turns of the conversation, 0 to 1,000,000.</summary>
    [JsonPropertyName("turns")]
    public long? Turns { get; init; }

    /// <summary>Tool calls, 0 to 1,000,000.</summary>
    [JsonPropertyName("tool_calls")]
    public long? ToolCalls { get; init; }

    /// <summary>Tool calls that failed, 0 to 1,000,000.</summary>
    [JsonPropertyName("tool_errors")]
    public long? ToolErrors { get; init; }

    /// <summary>The part of the output that was reasoning.</summary>
    [JsonPropertyName("reasoning_tokens")]
    public long? ReasoningTokens { get; init; }

    /// <summary><c>reported</c> or <c>estimated</c>.</summary>
    [JsonPropertyName("cost_source")]
    public string? CostSource { get; init; }

    /// <summary>
    /// How we know: <c>api</c>, <c>exec</c>, <c>otlp</c>, <c>hook</c>, <c>import</c>, <c>git-import</c>; default <c>api</c>. 1 to 100
    /// bytes.
    /// </summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>The outcome is a guess, not something a runner said.</summary>
    [JsonPropertyName("outcome_inferred")]
    public bool? OutcomeInferred { get; init; }

    /// <summary>The id of the completion this line corrects.</summary>
    [JsonPropertyName("revises")]
    public string? Revises { get; init; }

    /// <summary>1 for the first correction, and so on; the highest counts.</summary>
    [JsonPropertyName("revision")]
    public long? Revision { get; init; }

    /// <summary>Anything else: an object of at most 32 names and 8 KiB. Unknown fields are kept here.</summary>
    [JsonPropertyName("metadata")]
    public System.Text.Json.JsonElement? Metadata { get; init; }
}
