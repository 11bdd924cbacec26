using System.Buffers;
using System.Text.Json;
using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Api.Metrics;

/// <summary>A series as JSON: each step is written as the figures of a window are.</summary>
internal static class SeriesJson
{
    /// <param name="series">The answer of the engine.</param>
    /// <param name="query">What was asked about each step.</param>
    /// <param name="idAt">The id of the completion at a place of the log.</param>
    public static ReadOnlyMemory<byte> Write(SeriesResult series, MetricsQuery query, Func<long, string?> idAt)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer, MetricsJson.Readable);
        json.WriteStartObject();
        json.WriteString("step", series.Step.Name);
        if (series.TruncatedBefore is { } whole) MetricsDetail.Instants(json, "truncated_before", whole);
        json.WriteStartArray("steps");
        foreach (var step in series.Steps) Step(json, step, query, idAt);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Step(Utf8JsonWriter json, SeriesStep step, MetricsQuery query, Func<long, string?> idAt)
    {
        var figures = step.Figures;
        var detail = query.Detail ? new MetricsDetail(figures, idAt) : null;
        json.WriteStartObject();
        MetricsDetail.Instants(json, "from", figures.From);
        MetricsDetail.Instants(json, "to", figures.To);
        json.WriteBoolean("partial", step.IsPartial);
        MetricsDetail.Throughput(json, figures, figures.Overall);
        MetricsJson.SuccessRate(json, figures.Overall);
        MetricsJson.ExecutionTime(json, figures.Overall);
        foreach (var dimension in query.GroupBy) MetricsJson.Groups(json, figures, dimension, detail, withPercentiles: true);
        detail?.Write(json, figures.Overall);
        json.WriteEndObject();
    }
}
