using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>How the pipeline is, and why.</summary>
/// <param name="Status"><c>healthy</c>: no check fails. <c>degraded</c>: one or two do. <c>unhealthy</c>: three or more do, or nothing can be stored.</param>
/// <param name="Timestamp">When the checks were made.</param>
/// <param name="Checks">All checks by name.</param>
public sealed record HealthResponse(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("checks")] IReadOnlyDictionary<string, HealthCheckResult> Checks);

/// <summary>One thing that should be so, and whether it is.</summary>
/// <param name="Ok">Whether it is so.</param>
/// <param name="Value">What was measured; null when there is nothing to measure.</param>
/// <param name="Threshold">What it is compared with; null when it is compared with nothing.</param>
/// <param name="Message">What is so, in words.</param>
/// <param name="Since">Since when the check is as it is; when it has not changed since the service started, that start.</param>
public sealed record HealthCheckResult(
    [property: JsonPropertyName("ok")] bool Ok,
    [property: JsonPropertyName("value"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Value,
    [property: JsonPropertyName("threshold"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Threshold,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("since")] DateTimeOffset Since);
