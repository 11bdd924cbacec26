using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>What the pipeline is doing.</summary>
public sealed record StatusResponse
{
    /// <summary>
    /// <c>running</c>: a task runs. <c>stuck</c>: the flag is raised. <c>waiting</c>: none runs, and some are pending or wait for a
    /// decision. <c>idle</c>: nothing is to be done now.
    /// </summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>When this was computed.</summary>
    [JsonPropertyName("computed_at")]
    public required DateTimeOffset ComputedAt { get; init; }

    /// <summary>How many registered tasks stand in each status, statuses without a task included.</summary>
    [JsonPropertyName("counts")]
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>Who was heard, or has claimed or runs something, by id; at most 1,000: those without tasks that were heard longest ago are left out.</summary>
    [JsonPropertyName("runners")]
    public required IReadOnlyList<RunnerStatus> Runners { get; init; }

    /// <summary>Tasks that run or wait for a decision, the one that started first first; at most 1,000.</summary>
    [JsonPropertyName("active")]
    public required IReadOnlyList<ActiveTask> Active { get; init; }

    /// <summary>The attempts that finished last, newest first, corrected ones once and as they count now.</summary>
    [JsonPropertyName("last_completions")]
    public required IReadOnlyList<LastCompletion> LastCompletions { get; init; }

    /// <summary>What a person should look at: all flags, raised or not.</summary>
    [JsonPropertyName("flags")]
    public required IReadOnlyList<StatusFlag> Flags { get; init; }
}

/// <summary>A runner, how it is, and what it has.</summary>
public sealed record RunnerStatus
{
    /// <summary>What it calls itself.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>
    /// <c>running</c>, <c>stopped</c> or <c>error</c> as it said last; <c>silent</c> when it said that it runs and has not been heard for too
    /// long. One that sends no heartbeats is running while a task of it runs.
    /// </summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>When it was heard last: by a heartbeat, an event about it or, without heartbeats, a change of one of its tasks.</summary>
    [JsonPropertyName("last_seen")]
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Processor use as its last heartbeat said, per cent of one core.</summary>
    [JsonPropertyName("cpu_percent")]
    public decimal? CpuPercent { get; init; }

    /// <summary>Memory in use as its last heartbeat said, bytes.</summary>
    [JsonPropertyName("memory_bytes")]
    public long? MemoryBytes { get; init; }

    /// <summary>Why it is so, as it said last.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>How many tasks it has claimed, runs, or waits with for a decision.</summary>
    [JsonPropertyName("task_count")]
    public required int TaskCount { get; init; }

    /// <summary>These tasks, by chain and id; at most 100.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<RunnerTask> Tasks { get; init; }
}

/// <summary>A task that a runner has.</summary>
/// <param name="TaskId">The task within its chain.</param>
/// <param name="ChainId">Its chain; absent for a task without one.</param>
/// <param name="Status"><c>pending</c> for one that is only claimed, <c>running</c> or <c>needs_decision</c>.</param>
public sealed record RunnerTask(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("chain_id")] string? ChainId,
    [property: JsonPropertyName("status")] string Status);

/// <summary>A task that runs or waits for a decision.</summary>
public sealed record ActiveTask
{
    /// <summary>The task within its chain.</summary>
    [JsonPropertyName("task_id")]
    public required string TaskId { get; init; }

    /// <summary>Its chain; absent for a task without one.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary><c>running</c> or <c>needs_decision</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>What kind of work it is.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    /// <summary>The model that does it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>Who runs it; absent when nobody is named.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>What is to be decided.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Which attempt this is.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>When the attempt started; absent when it did not.</summary>
    [JsonPropertyName("started_at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it has run, seconds; waiting for decisions left out; absent when it did not start.</summary>
    [JsonPropertyName("running_seconds")]
    public decimal? RunningSeconds { get; init; }
}

/// <summary>An attempt that finished.</summary>
public sealed record LastCompletion
{
    /// <summary>Its id, also when it was corrected; absent for a line of another program without one.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The task within its chain.</summary>
    [JsonPropertyName("task_id")]
    public required string TaskId { get; init; }

    /// <summary>Its chain; absent for a task without one.</summary>
    [JsonPropertyName("chain_id")]
    public string? ChainId { get; init; }

    /// <summary>What kind of work it was.</summary>
    [JsonPropertyName("task_type")]
    public required string TaskType { get; init; }

    /// <summary>The model that did it.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary><c>completed</c> or <c>failed</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary><c>success</c>, <c>failure</c>, <c>partial</c>, <c>timeout</c> or <c>cancelled</c>.</summary>
    [JsonPropertyName("outcome")]
    public required string Outcome { get; init; }

    /// <summary>How long it took, seconds; absent when that is not known.</summary>
    [JsonPropertyName("duration_seconds")]
    public decimal? DurationSeconds { get; init; }

    /// <summary>Who ran it; absent when nobody is named.</summary>
    [JsonPropertyName("runner")]
    public string? Runner { get; init; }

    /// <summary>When it finished.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Something that a person should look at, or would if it were raised.</summary>
/// <param name="Name"><c>stuck</c>, <c>repeated_failures</c> or <c>low_success</c>.</param>
/// <param name="Raised">Whether it is.</param>
/// <param name="Value">What was measured; null when there is nothing to measure.</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="Reason">Why it is raised, or why not.</param>
public sealed record StatusFlag(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("raised")] bool Raised,
    [property: JsonPropertyName("value"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Value,
    [property: JsonPropertyName("threshold")] decimal Threshold,
    [property: JsonPropertyName("reason")] string Reason);
