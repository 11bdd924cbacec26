using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>
/// The figures of a window. <c>by_prompt_variant</c> appears when a variant exists, <c>by_&lt;dimension&gt;</c> for each <c>group_by</c>,
/// and <c>detail=full</c> adds an object <c>detail</c> to each group and beside the success rate.
/// </summary>
public sealed record MetricsResponse(
    [property: JsonPropertyName("success_rate")] SuccessRate SuccessRate,
    [property: JsonPropertyName("execution_time")] ExecutionTime ExecutionTime,
    [property: JsonPropertyName("by_task_type")] IReadOnlyDictionary<string, TaskTypeFigures> ByTaskType,
    [property: JsonPropertyName("by_model")] IReadOnlyDictionary<string, ModelFigures> ByModel);

/// <summary>How many attempts succeeded.</summary>
/// <param name="Completed">Completed attempts.</param>
/// <param name="Failed">Failed attempts.</param>
/// <param name="Total">Both; cancelled ones are left out.</param>
/// <param name="Rate">Completed over total, two decimals; 0 when there is none.</param>
public sealed record SuccessRate(
    [property: JsonPropertyName("completed")] long Completed,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("rate")] decimal Rate);

/// <summary>How long attempts took: exact percentiles, nearest rank.</summary>
/// <param name="P50Seconds">Half took at most this long; 0 when there is none.</param>
/// <param name="P95Seconds">95 of 100 took at most this long; 0 when there is none.</param>
public sealed record ExecutionTime(
    [property: JsonPropertyName("p50_seconds")] decimal P50Seconds,
    [property: JsonPropertyName("p95_seconds")] decimal P95Seconds);

/// <summary>The figures of one kind of work.</summary>
/// <param name="Count">Completed and failed attempts.</param>
/// <param name="Completed">Completed attempts.</param>
/// <param name="Failed">Failed attempts.</param>
/// <param name="SuccessRate">Completed over count, two decimals.</param>
public sealed record TaskTypeFigures(
    [property: JsonPropertyName("count")] long Count,
    [property: JsonPropertyName("completed")] long Completed,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("success_rate")] decimal SuccessRate);

/// <summary>The figures of one model.</summary>
/// <param name="Count">Completed and failed attempts.</param>
/// <param name="AvgDuration">Mean duration, seconds, one decimal.</param>
public sealed record ModelFigures(
    [property: JsonPropertyName("count")] long Count,
    [property: JsonPropertyName("avg_duration")] decimal AvgDuration);
