using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>The tasks that wait for a runner, in the order in which they should be taken.</summary>
public sealed record QueueResponse
{
    /// <summary>When waits and expectations were computed.</summary>
    [JsonPropertyName("computed_at")]
    public required DateTimeOffset ComputedAt { get; init; }

    /// <summary>How many of those asked for wait, over all pages.</summary>
    [JsonPropertyName("total")]
    public required int Total { get; init; }

    /// <summary>How many tasks run now, whatever was asked for.</summary>
    [JsonPropertyName("running")]
    public required int Running { get; init; }

    /// <summary>How many tasks are expected to run side by side: the runners that run one now, at least 1.</summary>
    [JsonPropertyName("runners")]
    public required int Runners { get; init; }

    /// <summary>When all that wait and run should be done, whatever was asked for; null when that is not known.</summary>
    [JsonPropertyName("expected_finish"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? ExpectedFinish { get; init; }

    /// <summary>The tasks of this page that wait.</summary>
    [JsonPropertyName("items")]
    public required IReadOnlyList<QueueItem> Items { get; init; }

    /// <summary>The cursor of the next page; absent on the last.</summary>
    [JsonPropertyName("next")]
    public string? Next { get; init; }

    /// <summary>Failed tasks that should be tried again, the earliest first; at most <c>limit</c>, on every page the same.</summary>
    [JsonPropertyName("retries")]
    public required IReadOnlyList<QueueRetry> Retries { get; init; }

    /// <summary>How many of those asked for should be tried again.</summary>
    [JsonPropertyName("retries_total")]
    public required int RetriesTotal { get; init; }
}

/// <summary>A task that waits for a runner.</summary>
public sealed record QueueItem
{
    /// <summary>Its place in the whole queue, from 1.</summary>
    [JsonPropertyName("position")]
    public required int Position { get; init; }

    /// <summary>The task within its chain.</summary>
    [JsonPropertyName("task_id")]
    public required string TaskId { get; init; }

    /// <summary>Its chain; absent for a task without one.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>What kind of work it is.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>The model that is to do it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>What it was registered with.</summary>
    [JsonPropertyName("priority")]
    public required decimal Priority { get; init; }

    /// <summary>What its age adds.</summary>
    [JsonPropertyName("age_boost")]
    public required decimal AgeBoost { get; init; }

    /// <summary>What its urgency, deadline and sender add; absent when it says none of them.</summary>
    [JsonPropertyName("pressure_boost")]
    public decimal? PressureBoost { get; init; }

    /// <summary>The sum of the three; higher goes first.</summary>
    [JsonPropertyName("score")]
    public required decimal Score { get; init; }

    /// <summary>Who has claimed it; absent when nobody has.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>When it was registered.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How long it has waited since it was registered or an attempt at it was given back, seconds.</summary>
    [JsonPropertyName("wait_seconds")]
    public required decimal WaitSeconds { get; init; }

    /// <summary>When a runner should be free for it; null when nothing is known of how long tasks take.</summary>
    [JsonPropertyName("expected_start"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>When it should be done; null when nothing is known of how long tasks take.</summary>
    [JsonPropertyName("expected_finish"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required DateTimeOffset? ExpectedFinish { get; init; }
}

/// <summary>A failed task that should be tried again.</summary>
public sealed record QueueRetry
{
    /// <summary>The task within its chain.</summary>
    [JsonPropertyName("task_id")]
    public required string TaskId { get; init; }

    /// <summary>Its chain; absent for a task without one.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>What kind of work it is.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>The model that is to do it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>Always <c>failed</c>.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>What it was registered with.</summary>
    [JsonPropertyName("priority")]
    public required decimal Priority { get; init; }

    /// <summary>The attempt that failed, from 1.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>Who ran it last.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>The earliest time of the next attempt.</summary>
    [JsonPropertyName("next_retry_at")]
    public required DateTimeOffset NextRetryAt { get; init; }

    /// <summary>Whether that time has come.</summary>
    [JsonPropertyName("due")]
    public required bool Due { get; init; }
}
