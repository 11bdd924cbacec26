using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>One webhook on its way to one target.</summary>
public sealed record WebhookDelivery
{
    /// <summary>The id of the webhook, the same on each attempt: the header <c>webhook-id</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>What it tells: <c>task_failed</c>, <c>alert_fired</c>, ...</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The name of the target.</summary>
    [JsonPropertyName("target")]
    public required string Target { get; init; }

    /// <summary><c>queued</c>, <c>delivered</c> or <c>given_up</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>How often it was tried.</summary>
    [JsonPropertyName("attempts")]
    public required int Attempts { get; init; }

    /// <summary>When it was queued.</summary>
    [JsonPropertyName("queued_at")]
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When it was tried last, or given up.</summary>
    [JsonPropertyName("last_attempt_at")]
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When it is tried again.</summary>
    [JsonPropertyName("next_attempt_at")]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The HTTP status of the last answer.</summary>
    [JsonPropertyName("response_status")]
    public int? ResponseStatus { get; init; }

    /// <summary>Why it is not delivered.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>What it tells.</summary>
    [JsonPropertyName("data")]
    public required JsonElement Data { get; init; }
}

/// <summary>Webhooks, newest first.</summary>
/// <param name="Items">This page.</param>
/// <param name="Next">The cursor of the next page; absent on the last.</param>
public sealed record WebhookDeliveryListResponse(
    [property: JsonPropertyName("items")] IReadOnlyList<WebhookDelivery> Items,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>What came of a test.</summary>
public sealed record WebhookTestResult
{
    /// <summary>The name of the target.</summary>
    [JsonPropertyName("target")]
    public required string Target { get; init; }

    /// <summary>Scheme and host of its address; the rest is a secret.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>Whether it answered with a 2xx.</summary>
    [JsonPropertyName("delivered")]
    public required bool Delivered { get; init; }

    /// <summary>The HTTP status of the answer; absent when there was none.</summary>
    [JsonPropertyName("response_status")]
    public int? ResponseStatus { get; init; }

    /// <summary>Why it is not delivered.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

/// <summary>What came of a test, for each target.</summary>
/// <param name="Id">The id of the webhook that was sent.</param>
/// <param name="Items">One for each target.</param>
public sealed record WebhookTestResponse(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("items")] IReadOnlyList<WebhookTestResult> Items);
