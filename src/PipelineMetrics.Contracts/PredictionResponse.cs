using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>What an attempt at a task will probably come to, going by finished attempts at similar tasks.</summary>
/// <param name="TaskType">The kind of work that was asked about.</param>
/// <param name="Model">The model that was asked about.</param>
/// <param name="Provider">The provider that was asked about.</param>
/// <param name="Complexity">The complexity that was asked about.</param>
/// <param name="SampleSize">How many attempts it is made of.</param>
/// <param name="Confidence"><c>none</c>, <c>low</c>, <c>medium</c> or <c>high</c>.</param>
/// <param name="Fallback">
/// What the attempts have in common with the task: <c>exact</c>, <c>without_complexity</c>, <c>without_provider</c>,
/// <c>task_type_and_model</c>, <c>task_type</c>, <c>model</c>, <c>all</c>, or <c>none</c> when there are no attempts.
/// </param>
/// <param name="InputTokens">Input tokens without cache.</param>
/// <param name="OutputTokens">Output tokens.</param>
/// <param name="CostUsdMicros">Cost in millionths of a US dollar.</param>
/// <param name="DurationMs">Duration in milliseconds.</param>
public sealed record PredictionResponse(
    [property: JsonPropertyName("task_type")] string? TaskType,
    [property: JsonPropertyName("model")] string? Model,
    [property: JsonPropertyName("provider")] string? Provider,
    [property: JsonPropertyName("complexity")] string? Complexity,
    [property: JsonPropertyName("sample_size")] long SampleSize,
    [property: JsonPropertyName("confidence")] string Confidence,
    [property: JsonPropertyName("fallback")] string Fallback,
    [property: JsonPropertyName("input_tokens")] PredictedNumber InputTokens,
    [property: JsonPropertyName("output_tokens")] PredictedNumber OutputTokens,
    [property: JsonPropertyName("cost_usd_micros")] PredictedNumber CostUsdMicros,
    [property: JsonPropertyName("duration_ms")] PredictedNumber DurationMs);

/// <summary>How a number was distributed: exact percentiles, nearest rank, null when no attempt says the number.</summary>
/// <param name="N">How many attempts say it.</param>
/// <param name="P10">10 of 100 are at most this.</param>
/// <param name="P25">25 of 100 are at most this.</param>
/// <param name="Median">Half are at most this.</param>
/// <param name="P75">75 of 100 are at most this.</param>
/// <param name="P90">90 of 100 are at most this.</param>
public sealed record PredictedNumber(
    [property: JsonPropertyName("n")] long N,
    [property: JsonPropertyName("p10")] long? P10,
    [property: JsonPropertyName("p25")] long? P25,
    [property: JsonPropertyName("median")] long? Median,
    [property: JsonPropertyName("p75")] long? P75,
    [property: JsonPropertyName("p90")] long? P90);
