using System.Text.Json;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Metrics;

/// <summary>What <c>detail=full</c> adds to every group. An unknown figure is null; here 0 always means none.</summary>
internal sealed class MetricsDetail(MetricsResult result, Func<long, string?> idAt)
{
    /// <summary>The bounds of the window and the detail of all completions in it.</summary>
    public void WriteWhole(Utf8JsonWriter json)
    {
        json.WriteStartObject("window");
        Instants(json, "from", result.From);
        Instants(json, "to", result.To);
        json.WriteEndObject();
        if (result.TruncatedBefore is { } whole) Instants(json, "truncated_before", whole);
        Write(json, result.Overall);
    }

    public void Write(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteStartObject("detail");
        json.WriteNumber("n", group.Total);
        Throughput(json, result, group);
        Rate(json, group);
        Durations(json, group);
        var detail = group.Detail!;
        Outcomes(json, detail);
        Sum(json, "retries", detail.Retries);
        Number(json, "first_pass_yield", group.FirstPassYield);
        Tokens(json, detail);
        Cost(json, group);
        json.WriteStartObject("gates");
        json.WriteNumber("known", detail.GatesKnown);
        json.WriteNumber("failed", detail.GatesFailed);
        json.WriteEndObject();
        PredictionError(json, detail);
        QueueWait(json, detail.QueueWait);
        json.WriteEndObject();
    }

    /// <summary>Completed and failed attempts per hour of the whole window; unknown when it has no begin or no end.</summary>
    public static void Throughput(Utf8JsonWriter json, MetricsResult result, GroupFigures group)
    {
        decimal? hours = result is { From: { } from, To: { } to } && to > from ? (decimal)(to - from).TotalHours : null;
        Number(json, "throughput_per_hour", hours is { } known ? Math.Round(group.Total / known, 4, MidpointRounding.AwayFromZero) : null);
    }

    private static void Rate(Utf8JsonWriter json, GroupFigures group)
    {
        Number(json, "rate", group.Total == 0 ? null : group.Rate);
        if (group.RateInterval is not var (low, high))
        {
            json.WriteNull("rate_interval_95");
            return;
        }
        json.WriteStartObject("rate_interval_95");
        Number(json, "low", Math.Round((decimal)low, 4));
        Number(json, "high", Math.Round((decimal)high, 4));
        json.WriteEndObject();
    }

    private void Durations(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteStartObject("duration_seconds");
        json.WriteNumber("n", group.Duration.Count);
        Seconds(json, "min", group.Detail!.Min);
        Seconds(json, "p50", group.P50);
        Seconds(json, "p90", group.Detail!.P90);
        Seconds(json, "p95", group.P95);
        Seconds(json, "p99", group.Detail!.P99);
        Seconds(json, "max", group.Detail!.Max);
        MeanSeconds(json, group.Duration);
        json.WriteString("p50_id", group.P50 is { } p50 ? idAt(p50.Place!.Value) : null);
        json.WriteString("p95_id", group.P95 is { } p95 ? idAt(p95.Place!.Value) : null);
        json.WriteEndObject();
    }

    private static void Outcomes(Utf8JsonWriter json, DetailFigures group)
    {
        json.WriteStartObject("outcomes");
        foreach (var (outcome, count) in group.Outcomes) json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()), count);
        json.WriteNumber("inferred", group.Inferred);
        json.WriteEndObject();
    }

    private static void Tokens(Utf8JsonWriter json, DetailFigures group)
    {
        json.WriteStartObject("tokens");
        Sum(json, "input", group.InputTokens);
        Sum(json, "output", group.OutputTokens);
        Sum(json, "cache_read", group.CacheReadTokens);
        Sum(json, "cache_write", group.CacheWriteTokens);
        Sum(json, "reasoning", group.ReasoningTokens);
        json.WriteEndObject();
    }

    private static void Cost(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteStartObject("cost_usd_micros");
        Sum(json, "sum", group.Detail!.Cost);
        json.WriteNumber("estimated", group.Detail.EstimatedCosts);
        Number(json, "per_task", group.CostPerTaskUsdMicros);
        Number(json, "per_completed_task", group.CostPerCompletedUsdMicros);
        json.WriteEndObject();
    }

    private static void PredictionError(Utf8JsonWriter json, DetailFigures group)
    {
        json.WriteStartObject("prediction_error");
        Error(json, "input_tokens", group.InputTokensError);
        Error(json, "output_tokens", group.OutputTokensError);
        Error(json, "cost_usd_micros", group.CostError);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, string name, EstimateError error)
    {
        json.WriteStartObject(name);
        json.WriteNumber("n", error.Count);
        Number(json, "estimated_total", error.Count == 0 ? null : error.Estimated);
        Number(json, "actual_total", error.Count == 0 ? null : error.Actual);
        Number(json, "median_absolute_percentage_error", error.Median / 100m);
        json.WriteEndObject();
    }

    private static void QueueWait(Utf8JsonWriter json, Sum wait)
    {
        json.WriteStartObject("queue_wait_seconds");
        json.WriteNumber("n", wait.Count);
        MeanSeconds(json, wait);
        json.WriteEndObject();
    }

    private static void Sum(Utf8JsonWriter json, string name, Sum sum)
    {
        json.WriteStartObject(name);
        json.WriteNumber("n", sum.Count);
        Number(json, "total", sum.Count == 0 ? null : sum.Total);
        json.WriteEndObject();
    }

    private static void MeanSeconds(Utf8JsonWriter json, Sum ms) =>
        Number(json, "mean", ms.Count == 0 ? null : Math.Round((decimal)ms.Total / ms.Count / 1000, 3, MidpointRounding.AwayFromZero));

    private static void Seconds(Utf8JsonWriter json, string name, RankedValue? value) =>
        Number(json, name, value is { } known ? MetricsJson.Seconds(known.Ms) : null);

    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number) json.WriteNumber(name, MetricsJson.Plain(number));
        else json.WriteNull(name);
    }

    public static void Instants(Utf8JsonWriter json, string name, DateTimeOffset? at) =>
        json.WriteString(name, at is { } instant ? Instant.ToText(instant) : null);
}
