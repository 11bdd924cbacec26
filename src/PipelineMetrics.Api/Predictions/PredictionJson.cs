using System.Buffers;
using System.Text.Json;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Api.Metrics;

namespace PipelineMetrics.Api.Predictions;

/// <summary>A prediction as JSON. What is unknown is null.</summary>
internal static class PredictionJson
{
    public static ReadOnlyMemory<byte> Write(TaskKind kind, Prediction prediction)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, MetricsJson.Readable);
        json.WriteStartObject();
        json.WriteString("task_type", kind.TaskType);
        json.WriteString("model", kind.Model);
        json.WriteString("provider", kind.Provider);
        json.WriteString("complexity", kind.Complexity);
        json.WriteNumber("sample_size", prediction.SampleSize);
        json.WriteString("confidence", Word($"{prediction.Confidence}"));
        json.WriteString("fallback", Word($"{prediction.Fallback}"));
        Distribution(json, "input_tokens", prediction.InputTokens);
        Distribution(json, "output_tokens", prediction.OutputTokens);
        Distribution(json, "cost_usd_micros", prediction.CostUsdMicros);
        Distribution(json, "duration_ms", prediction.DurationMs);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static void Distribution(Utf8JsonWriter json, string name, Distribution numbers)
    {
        json.WriteStartObject(name);
        json.WriteNumber("n", numbers.Count);
        Number(json, "p10", numbers.P10);
        Number(json, "p25", numbers.P25);
        Number(json, "median", numbers.Median);
        Number(json, "p75", numbers.P75);
        Number(json, "p90", numbers.P90);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
