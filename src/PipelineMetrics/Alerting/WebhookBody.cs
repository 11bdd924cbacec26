using System.Buffers;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Alerting;

/// <summary>Writes what is sent: <c>{"type","timestamp","data"}</c> on one line.</summary>
internal static class WebhookBody
{
    /// <summary>A body with these data.</summary>
    public static byte[] Write(string type, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Completion.OneLine);
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("timestamp", Instant.ToText(at));
        json.WriteStartObject("data");
        data(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What somebody says about something.</summary>
    public static byte[] Of(string type, DateTimeOffset at, string subject, string detail) => Write(type, at, json =>
    {
        json.WriteString("subject", subject);
        json.WriteString("detail", detail);
    });

    /// <summary>An attempt that failed.</summary>
    public static byte[] Of(Completion failed, long seq) => Write(WebhookTypes.TaskFailed, failed.CreatedAt, json =>
    {
        Text(json, "id", failed.Id);
        json.WriteNumber("seq", seq);
        json.WriteString("task_id", failed.TaskId);
        Text(json, "chain_id", failed.ChainId);
        Text(json, "request_id", failed.RequestId);
        json.WriteString("task_type", failed.TaskType);
        json.WriteString("model", failed.Model);
        Text(json, "runner", failed.Runner);
        json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(failed.Outcome.ToString()));
        if (failed.DurationMs is { } ms) json.WriteNumber("duration_seconds", ms / 1000m);
        if (failed.RetryCount is { } retries) json.WriteNumber("retry_count", retries);
        Text(json, "error", failed.Error);
    });

    /// <summary>A rule whose state has changed.</summary>
    public static byte[] Of(AlertRule rule, AlertReading reading, string type, DateTimeOffset at) => Write(type, at, json =>
    {
        json.WriteString("alert", rule.Name);
        json.WriteString("metric", rule.Metric.Name);
        if (reading.Value is { } value) json.WriteNumber("value", Math.Round(value, 6));
        json.WriteNumber("n", reading.N);
        json.WriteNumber("window_seconds", (long)rule.Window.TotalSeconds);
        json.WriteNumber(rule.FiresAbove ? "above" : "below", rule.Threshold);
        json.WriteNumber("clear", rule.Clear);
        foreach (var filter in rule.Filters)
        {
            json.WriteStartArray(Aggregation.Dimensions.NameOf(filter.Dimension));
            foreach (var wanted in filter.Values) json.WriteStringValue(wanted);
            json.WriteEndArray();
        }
    });

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
