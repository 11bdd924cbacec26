using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>The figures of a range for each step of the calendar.</summary>
/// <param name="Step">How long a step is: minute, 5m, 15m, 30m, hour, 6h, 12h, day, week or month.</param>
/// <param name="Steps">All steps in the order of time, those without completions too.</param>
public sealed record TimeseriesResponse(
    [property: JsonPropertyName("step")] string Step,
    [property: JsonPropertyName("steps")] IReadOnlyList<TimeseriesStep> Steps);

/// <summary>
/// The figures of one step. <c>by_&lt;dimension&gt;</c> is there for each <c>group_by</c>, and <c>detail=full</c> adds an object
/// <c>detail</c> to each group and to the step.
/// </summary>
/// <param name="From">The first instant that is in.</param>
/// <param name="To">The first instant that is out again; null while the step runs.</param>
/// <param name="Partial">Whether the range cuts the step, or it still runs.</param>
/// <param name="ThroughputPerHour">Completed and failed attempts per hour of the step; null while it runs.</param>
/// <param name="SuccessRate">How many attempts succeeded.</param>
/// <param name="ExecutionTime">How long they took.</param>
public sealed record TimeseriesStep(
    [property: JsonPropertyName("from")] DateTimeOffset From,
    [property: JsonPropertyName("to")] DateTimeOffset? To,
    [property: JsonPropertyName("partial")] bool Partial,
    [property: JsonPropertyName("throughput_per_hour")] decimal? ThroughputPerHour,
    [property: JsonPropertyName("success_rate")] SuccessRate SuccessRate,
    [property: JsonPropertyName("execution_time")] ExecutionTime ExecutionTime);
