using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>The figures of the pipeline as ADR-009 names them. Times are milliseconds; a mean or a percentile of nothing is null.</summary>
/// <param name="ComputedAt">When the log was read.</param>
/// <param name="EventCount">How many facts are in the range, completions and their revisions included.</param>
/// <param name="LastEventId">The id of the last of them; absent when there is none, or when it has none.</param>
/// <param name="Tasks">Every task that a fact in the range names; its identity is its chain and its id.</param>
/// <param name="Chains">Every chain that a fact in the range names.</param>
/// <param name="Requests">Every change request that a fact in the range names.</param>
/// <param name="Agents">By model.</param>
public sealed record PipelineResponse(
    [property: JsonPropertyName("computed_at")] DateTimeOffset ComputedAt,
    [property: JsonPropertyName("event_count")] long EventCount,
    [property: JsonPropertyName("last_event_id")] string? LastEventId,
    [property: JsonPropertyName("tasks")] PipelineTasks Tasks,
    [property: JsonPropertyName("chains")] PipelineChains Chains,
    [property: JsonPropertyName("requests")] PipelineRequests Requests,
    [property: JsonPropertyName("agents")] IReadOnlyDictionary<string, PipelineAgent> Agents);

/// <summary>Tasks.</summary>
/// <param name="Total">How many.</param>
/// <param name="Completed">How many were completed; one that only failed is not.</param>
/// <param name="Reworked">How many of the completed ones had to be reworked.</param>
/// <param name="ReworkRate">Reworked over completed.</param>
/// <param name="AvgCycleTimeMs">Mean time from the last start to the last completion; without a start, the recorded duration.</param>
/// <param name="P50CycleTimeMs">Half of them take at most this; nearest rank.</param>
/// <param name="P90CycleTimeMs">90 of 100 take at most this; nearest rank.</param>
public sealed record PipelineTasks(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("completed")] long Completed,
    [property: JsonPropertyName("reworked")] long Reworked,
    [property: JsonPropertyName("rework_rate"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? ReworkRate,
    [property: JsonPropertyName("avg_cycle_time_ms"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvgCycleTimeMs,
    [property: JsonPropertyName("p50_cycle_time_ms"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? P50CycleTimeMs,
    [property: JsonPropertyName("p90_cycle_time_ms"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? P90CycleTimeMs);

/// <summary>Chains.</summary>
/// <param name="Total">How many.</param>
/// <param name="Completed">How many were completed by their own word, <c>chain:completed</c>.</param>
/// <param name="AvgTasksPerChain">Starts of their tasks over chains; a task of which no start is known counts as one.</param>
public sealed record PipelineChains(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("completed")] long Completed,
    [property: JsonPropertyName("avg_tasks_per_chain"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? AvgTasksPerChain);

/// <summary>Change requests.</summary>
/// <param name="Total">How many.</param>
/// <param name="Closed">How many are closed.</param>
/// <param name="AvgCycleTimeMs">Mean time from their creation, or else the first fact that names them, to their closing.</param>
public sealed record PipelineRequests(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("closed")] long Closed,
    [property: JsonPropertyName("avg_cycle_time_ms"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvgCycleTimeMs);

/// <summary>What one model did.</summary>
/// <param name="TasksCompleted">Tasks whose last completion is its.</param>
/// <param name="ReworkRate">The share of them that had to be reworked.</param>
/// <param name="AvgCycleTimeMs">Their mean cycle time.</param>
/// <param name="TotalTokens">Tokens of all its facts in the range.</param>
public sealed record PipelineAgent(
    [property: JsonPropertyName("tasks_completed")] long TasksCompleted,
    [property: JsonPropertyName("rework_rate"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? ReworkRate,
    [property: JsonPropertyName("avg_cycle_time_ms"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvgCycleTimeMs,
    [property: JsonPropertyName("total_tokens")] TokenTotals TotalTokens);

/// <summary>Sums of tokens.</summary>
/// <param name="Input">Input tokens, without cache.</param>
/// <param name="Output">Output tokens.</param>
public sealed record TokenTotals(
    [property: JsonPropertyName("input")] long Input,
    [property: JsonPropertyName("output")] long Output);

/// <summary>Chains, first those whose oldest open task waits longest, then those with nothing to do.</summary>
/// <param name="Items">The chains of this page.</param>
/// <param name="Total">How many there are over all pages.</param>
/// <param name="Next">The cursor of the next page; absent on the last.</param>
public sealed record ChainListResponse(
    [property: JsonPropertyName("items")] IReadOnlyList<ChainRecord> Items,
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>One chain.</summary>
/// <param name="ChainId">Its id.</param>
/// <param name="Completed">Whether it is completed by its own word.</param>
/// <param name="Tasks">Its tasks.</param>
/// <param name="Open">How many of them have something to do: they were registered, started, questioned or sent back, and have not ended since.</param>
/// <param name="OldestOpen">The one of them that is open longest; absent when there is none.</param>
public sealed record ChainRecord(
    [property: JsonPropertyName("chain_id")] string ChainId,
    [property: JsonPropertyName("completed")] bool Completed,
    [property: JsonPropertyName("tasks")] PipelineTasks Tasks,
    [property: JsonPropertyName("open")] long Open,
    [property: JsonPropertyName("oldest_open")] OpenTaskRecord? OldestOpen);

/// <summary>A task with something to do.</summary>
/// <param name="TaskId">Its id within the chain.</param>
/// <param name="Since">Since when.</param>
/// <param name="WaitSeconds">How long that is, seconds.</param>
public sealed record OpenTaskRecord(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("since")] DateTimeOffset Since,
    [property: JsonPropertyName("wait_seconds")] long WaitSeconds);
