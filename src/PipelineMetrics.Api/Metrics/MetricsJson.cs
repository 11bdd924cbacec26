using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Api.Metrics;

/// <summary>The figures as JSON: without parameters exactly the contract of spec 026, and nothing more.</summary>
internal static class MetricsJson
{
    /// <summary>Text that people can read.</summary>
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="result">The answer of the engine.</param>
    /// <param name="question">What of it to show.</param>
    /// <param name="idAt">The id of the completion at a place of the log.</param>
    public static ReadOnlyMemory<byte> Write(MetricsResult result, MetricsQuestion question, Func<long, string?> idAt)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer, Readable);
        var detail = question.Query.Detail ? new MetricsDetail(result, idAt) : null;
        json.WriteStartObject();
        if (question.Shows("success_rate")) SuccessRate(json, result.Overall);
        if (question.Shows("execution_time")) ExecutionTime(json, result.Overall);
        if (question.Shows("by_task_type")) Groups(json, result, Dimension.TaskType, detail, question.GroupBy.Contains(Dimension.TaskType));
        if (question.Shows("by_model")) Groups(json, result, Dimension.Model, detail, question.GroupBy.Contains(Dimension.Model));
        if (question.Only is null) More(json, result, question, detail);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void More(Utf8JsonWriter json, MetricsResult result, MetricsQuestion question, MetricsDetail? detail)
    {
        var more = question.GroupBy.Where(d => d is not (Dimension.TaskType or Dimension.Model)).ToList();
        if (!more.Contains(Dimension.PromptVariant) && result.Groups[Dimension.PromptVariant].Groups.Count > 0) more.Insert(0, Dimension.PromptVariant);
        foreach (var dimension in more) Groups(json, result, dimension, detail, question.GroupBy.Contains(dimension));
        detail?.WriteWhole(json);
    }

    public static void SuccessRate(Utf8JsonWriter json, GroupFigures all)
    {
        json.WriteStartObject("success_rate");
        json.WriteNumber("completed", all.Completed);
        json.WriteNumber("failed", all.Failed);
        json.WriteNumber("total", all.Total);
        json.WriteNumber("rate", Plain(all.Rate));
        json.WriteEndObject();
    }

    public static void ExecutionTime(Utf8JsonWriter json, GroupFigures all)
    {
        json.WriteStartObject("execution_time");
        Percentiles(json, all);
        json.WriteEndObject();
    }

    private static void Percentiles(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteNumber("p50_seconds", Seconds(group.P50?.Ms ?? 0));
        json.WriteNumber("p95_seconds", Seconds(group.P95?.Ms ?? 0));
    }

    /// <summary>The groups of a dimension, each with what the contract says of it.</summary>
    public static void Groups(Utf8JsonWriter json, MetricsResult result, Dimension dimension, MetricsDetail? detail, bool withPercentiles)
    {
        Action<Utf8JsonWriter, GroupFigures> figures = dimension switch
        {
            Dimension.TaskType => TaskTypeFigures,
            Dimension.Model => ModelFigures,
            _ => GroupFigures,
        };
        json.WriteStartObject($"by_{Dimensions.NameOf(dimension)}");
        foreach (var (value, group) in result.Groups[dimension].Groups)
        {
            json.WriteStartObject(value);
            figures(json, group);
            if (withPercentiles) Percentiles(json, group);
            detail?.Write(json, group);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void TaskTypeFigures(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteNumber("count", group.Total);
        json.WriteNumber("completed", group.Completed);
        json.WriteNumber("failed", group.Failed);
        json.WriteNumber("success_rate", Plain(group.Rate));
    }

    private static void ModelFigures(Utf8JsonWriter json, GroupFigures group)
    {
        json.WriteNumber("count", group.Total);
        json.WriteNumber("avg_duration", group.AvgDurationSeconds + 0.0m);
    }

    private static void GroupFigures(Utf8JsonWriter json, GroupFigures group)
    {
        TaskTypeFigures(json, group);
        json.WriteNumber("avg_duration", group.AvgDurationSeconds + 0.0m);
    }

    /// <summary>Seconds with up to three decimals and no trailing zeros.</summary>
    public static decimal Seconds(long ms) => Plain(ms / 1000m);

    /// <summary>The same number without trailing zeros.</summary>
    public static decimal Plain(decimal number) => number / 1.0000000000000000000000000000m;
}
