using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>One lifecycle event. <c>task:completed</c> and <c>task:failed</c> may carry any field of a completion besides.</summary>
public sealed record EventRequest
{
    /// <summary>Your idempotency key, 1 to 128 bytes; default: one is given.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>When it happened, at most 5 minutes ahead; default now.</summary>
    [JsonPropertyName("timestamp")]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Two words with a colon, such as <c>task:started</c>; required. Unknown types are kept.</summary>
    [JsonPropertyName("event_type")]
    public string? EventType { get; init; }

    /// <summary><c>task</c>, <c>chain</c>, <c>request</c>, <c>runner</c>; default: the word before the colon.</summary>
    [JsonPropertyName("entity_type")]
    public string? EntityType { get; init; }

    /// <summary>Which task, chain, request or runner, 1 to 200 bytes; required.</summary>
    [JsonPropertyName("entity_id")]
    public string? EntityId { get; init; }

    /// <summary>The chain of the task.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>The change request behind it.</summary>
    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    /// <summary>Who did it.</summary>
    [JsonPropertyName("agent")]
    public AgentRecord? Agent { get; init; }

    /// <summary>What kind of work the task is.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>Who claimed the task.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>Higher goes first; default 0.</summary>
    [JsonPropertyName("priority")]
    public decimal? Priority { get; init; }

    /// <summary>What is to be done, 1 to 5,000 bytes.</summary>
    [JsonPropertyName("direction")]
    public string? Direction { get; init; }

    /// <summary>Anything the task needs: JSON of at most 16 KiB.</summary>
    [JsonPropertyName("context")]
    public JsonElement? Context { get; init; }

    /// <summary>Which attempt at the task, from 1; default: the service counts.</summary>
    [JsonPropertyName("attempt")]
    public long? Attempt { get; init; }

    /// <summary>Expected input tokens.</summary>
    [JsonPropertyName("estimated_input_tokens")]
    public long? EstimatedInputTokens { get; init; }

    /// <summary>Expected output tokens.</summary>
    [JsonPropertyName("estimated_output_tokens")]
    public long? EstimatedOutputTokens { get; init; }

    /// <summary>Expected cost, millionths of a US dollar.</summary>
    [JsonPropertyName("estimated_cost_usd_micros")]
    public long? EstimatedCostUsdMicros { get; init; }

    /// <summary>Why, in words: a question to decide, why it failed or was cancelled. 1 to 2,000 bytes.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>How we know; default <c>api</c>.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>Anything else: an object of at most 32 names and 8 KiB. Fields nobody knows end up here.</summary>
    [JsonPropertyName("metadata")]
    public JsonElement? Metadata { get; init; }
}

/// <summary>Who did something.</summary>
/// <param name="Model">The model.</param>
/// <param name="Role">The role it played.</param>
/// <param name="Tokens">What it used.</param>
public sealed record AgentRecord(
    [property: JsonPropertyName("model")] string? Model,
    [property: JsonPropertyName("role")] string? Role,
    [property: JsonPropertyName("tokens")] TokenRecord? Tokens);

/// <summary>Tokens of an agent.</summary>
/// <param name="Input">Without cache.</param>
/// <param name="Output">With reasoning.</param>
public sealed record TokenRecord([property: JsonPropertyName("input")] long? Input, [property: JsonPropertyName("output")] long? Output);

/// <summary>The answer to one event: it is in the log, synced to disk.</summary>
/// <param name="Id">The id of the line that holds it; absent when the task stood so already and no line says just this.</param>
/// <param name="Duplicate">True when nothing was written.</param>
/// <param name="Seq">The number of the line that was written; absent for a duplicate.</param>
/// <param name="Warnings">What was taken although it may not be meant, such as unknown fields.</param>
public sealed record EventReceipt(
    [property: JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
    [property: JsonPropertyName("duplicate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Duplicate,
    [property: JsonPropertyName("seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seq,
    [property: JsonPropertyName("warnings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Warnings);

/// <summary>A page of the history.</summary>
/// <param name="Items">Lines of the log as they stand there. One with an <c>event_type</c> is an event, one without is a completion.</param>
/// <param name="Next">Where the next page begins; absent on the last one.</param>
public sealed record HistoryResponse(
    [property: JsonPropertyName("items")] IReadOnlyList<JsonElement> Items,
    [property: JsonPropertyName("next"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next);
