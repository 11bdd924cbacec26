using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>What a runner says of itself every now and then. Every field may be left out.</summary>
public sealed record HeartbeatRequest
{
    /// <summary><c>running</c>, <c>stopped</c> or <c>error</c>; default running.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Processor use, per cent of one core: 0 to 100,000.</summary>
    [JsonPropertyName("cpu_percent")]
    public decimal? CpuPercent { get; init; }

    /// <summary>Memory in use, bytes.</summary>
    [JsonPropertyName("memory_bytes")]
    public long? MemoryBytes { get; init; }

    /// <summary>Why it stopped or cannot work. 1 to 2,000 bytes.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }
}

/// <summary>A heartbeat was taken.</summary>
/// <param name="Id">The runner.</param>
/// <param name="Status">What it said: <c>running</c>, <c>stopped</c> or <c>error</c>.</param>
/// <param name="LastSeen">When it was heard.</param>
/// <param name="Warnings">Fields nobody knows, which were passed over.</param>
public sealed record HeartbeatReceipt(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("last_seen")] DateTimeOffset LastSeen,
    [property: JsonPropertyName("warnings")] IReadOnlyList<string>? Warnings);

/// <summary>What the heartbeats of a runner said, by the minute.</summary>
/// <param name="Id">The runner.</param>
/// <param name="Items">The minutes in which heartbeats came, oldest first; at most those of the last 24 hours since the start.</param>
public sealed record RunnerUsageResponse(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("items")] IReadOnlyList<RunnerUsageMinute> Items);

/// <summary>What the heartbeats of a runner said in one minute.</summary>
/// <param name="From">The first instant of the minute.</param>
/// <param name="Heartbeats">How many came.</param>
/// <param name="CpuPercent">Processor use, per cent of one core, three decimals; absent when no heartbeat said it.</param>
/// <param name="MemoryBytes">Memory in use, whole bytes; absent when no heartbeat said it.</param>
public sealed record RunnerUsageMinute(
    [property: JsonPropertyName("from")] DateTimeOffset From,
    [property: JsonPropertyName("heartbeats")] long Heartbeats,
    [property: JsonPropertyName("cpu_percent")] RunnerUsage? CpuPercent,
    [property: JsonPropertyName("memory_bytes")] RunnerUsage? MemoryBytes);

/// <summary>The mean and the largest of what was said.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Max">The largest.</param>
public sealed record RunnerUsage([property: JsonPropertyName("mean")] decimal Mean, [property: JsonPropertyName("max")] decimal Max);
