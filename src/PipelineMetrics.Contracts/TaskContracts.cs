using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>A task to be done, as it is registered.</summary>
public sealed record TaskRequest
{
    /// <summary>The task within its chain, 1 to 200 bytes; default: one is given.</summary>
    [JsonPropertyName("task_id")]
    public string? TaskId { get; init; }

    /// <summary>What is to be done, 1 to 5,000 bytes; required.</summary>
    [JsonPropertyName("direction")]
    public string? Direction { get; init; }

    /// <summary>What kind of work it is; default <c>unknown</c>.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>Anything the task needs: JSON of at most 16 KiB.</summary>
    [JsonPropertyName("context")]
    public JsonElement? Context { get; init; }

    /// <summary>The model that is to do it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The role the agent is to play.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>The chain it belongs to.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>The change request behind it.</summary>
    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    /// <summary>Higher goes first; default 0.</summary>
    [JsonPropertyName("priority")]
    public decimal? Priority { get; init; }

    /// <summary>Expected input tokens.</summary>
    [JsonPropertyName("estimated_input_tokens")]
    public long? EstimatedInputTokens { get; init; }

    /// <summary>Expected output tokens.</summary>
    [JsonPropertyName("estimated_output_tokens")]
    public long? EstimatedOutputTokens { get; init; }

    /// <summary>Expected cost, millionths of a US dollar.</summary>
    [JsonPropertyName("estimated_cost_usd_micros")]
    public long? EstimatedCostUsdMicros { get; init; }

    /// <summary>When it was created; default now.</summary>
    [JsonPropertyName("created_at")]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Your idempotency key for the registration.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>Anything else: an object of at most 32 names and 8 KiB.</summary>
    [JsonPropertyName("metadata")]
    public JsonElement? Metadata { get; init; }
}

/// <summary>
/// A change of a task: its status, who claims it, and, with <c>completed</c> or <c>failed</c>, any field of a completion.
/// </summary>
public sealed record TaskChangeRequest
{
    /// <summary>
    /// <c>pending</c>, <c>running</c>, <c>needs_decision</c>, <c>completed</c>, <c>failed</c>, <c>timed_out</c> or <c>cancelled</c>.
    /// </summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Who claims it, or who speaks.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>What is to be decided, or why it is cancelled.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Wall clock of the attempt, seconds; default: the time it was running, waiting for decisions left out.</summary>
    [JsonPropertyName("duration_seconds")]
    public decimal? DurationSeconds { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

/// <summary>A registered task as it is now.</summary>
public sealed record TaskResponse
{
    /// <summary>The task within its chain.</summary>
    [JsonPropertyName("task_id")]
    public required string TaskId { get; init; }

    /// <summary>Its chain; absent for a task without one.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>needs_decision</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>What kind of work it is.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>The model that is to do it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>What is to be done.</summary>
    [JsonPropertyName("direction")]
    public string? Direction { get; init; }

    /// <summary>Anything the task needs.</summary>
    [JsonPropertyName("context")]
    public JsonElement? Context { get; init; }

    /// <summary>Higher goes first.</summary>
    [JsonPropertyName("priority")]
    public required decimal Priority { get; init; }

    /// <summary>The change request behind it.</summary>
    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    /// <summary>Who has claimed it.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>What waits for a decision, or why it was cancelled.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Which attempt this is; 0 before the first.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>Retries before this attempt.</summary>
    [JsonPropertyName("retry_count")]
    public required int RetryCount { get; init; }

    /// <summary>When it was registered.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something last happened to it.</summary>
    [JsonPropertyName("updated_at")]
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the current attempt started.</summary>
    [JsonPropertyName("started_at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the current attempt has run, seconds; waiting for decisions left out.</summary>
    [JsonPropertyName("running_seconds")]
    public decimal? RunningSeconds { get; init; }

    /// <summary>The completion that closed the last attempt.</summary>
    [JsonPropertyName("completion_id")]
    public string? CompletionId { get; init; }

    /// <summary>When a failed task should be tried again.</summary>
    [JsonPropertyName("next_retry_at")]
    public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>Whether a failed task has had all its attempts.</summary>
    [JsonPropertyName("retries_exhausted")]
    public bool? RetriesExhausted { get; init; }

    /// <summary>Expected input tokens.</summary>
    [JsonPropertyName("estimated_input_tokens")]
    public long? EstimatedInputTokens { get; init; }

    /// <summary>Expected output tokens.</summary>
    [JsonPropertyName("estimated_output_tokens")]
    public long? EstimatedOutputTokens { get; init; }

    /// <summary>Expected cost, millionths of a US dollar.</summary>
    [JsonPropertyName("estimated_cost_usd_micros")]
    public long? EstimatedCostUsdMicros { get; init; }

    /// <summary>Anything else that was said when it was registered.</summary>
    [JsonPropertyName("metadata")]
    public JsonElement? Metadata { get; init; }

    /// <summary>True when a change repeats what was done before; nothing was recorded twice.</summary>
    [JsonPropertyName("duplicate")]
    public bool? Duplicate { get; init; }

    /// <summary>What was taken although it may not be meant, such as unknown fields.</summary>
    [JsonPropertyName("warnings")]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The lines of the log about it, oldest first; only where one task is asked for.</summary>
    [JsonPropertyName("history")]
    public IReadOnlyList<JsonElement>? History { get; init; }
}

/// <summary>Tasks, newest first.</summary>
/// <param name="Tasks">This page.</param>
/// <param name="Total">How many there are over all pages.</param>
/// <param name="Next">The cursor of the next page; absent on the last.</param>
public sealed record TaskListResponse(
    [property: JsonPropertyName("tasks")] IReadOnlyList<TaskResponse> Tasks,
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("next")] string? Next)
{
    /// <summary>The same page under the name every list has.</summary>
    [JsonPropertyName("items")]
    public IReadOnlyList<TaskResponse> Items => Tasks;
}

/// <summary>How many tasks there are.</summary>
/// <param name="Total">All registered tasks.</param>
/// <param name="ByStatus">The number in each status, statuses without a task included.</param>
public sealed record TaskCountResponse(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("by_status")] IReadOnlyDictionary<string, long> ByStatus);
