using System.Buffers;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Alerting;

/// <summary>Lines of the queue as JSON; absent members are left out.</summary>
internal static class OutboxLineFormat
{
    public static void Write(IBufferWriter<byte> buffer, OutboxLine line)
    {
        using (var json = new Utf8JsonWriter(buffer, Completion.OneLine))
        {
            json.WriteStartObject();
            json.WriteString("kind", line.Kind);
            json.WriteString("at", Instant.ToText(line.At));
            Text(json, "id", line.Id);
            Text(json, "type", line.Type);
            Text(json, "target", line.Target);
            Number(json, "attempts", line.Attempts);
            Number(json, "status", line.Status);
            Text(json, "error", line.Error);
            Text(json, "next_at", line.NextAt is { } next ? Instant.ToText(next) : null);
            Text(json, "address", line.Address);
            Text(json, "alert", line.Alert);
            if (line.Fired is { } fired) json.WriteBoolean("fired", fired);
            Number(json, "seq", line.Seq);
            Number(json, "number", line.Number);
            Targets(json, line.Targets);
            Body(json, line.Body);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
    }

    /// <returns>Null when this is no line of ours.</returns>
    public static OutboxLine? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static OutboxLine? Read(JsonElement json)
    {
        if (Text(json, "kind") is not { } kind || Time(json, "at") is not { } at) return null;
        return new OutboxLine(kind, at)
        {
            Id = Text(json, "id"),
            Type = Text(json, "type"),
            Target = Text(json, "target"),
            Attempts = (int?)Number(json, "attempts"),
            Status = (int?)Number(json, "status"),
            Error = Text(json, "error"),
            NextAt = Time(json, "next_at"),
            Address = Text(json, "address"),
            Alert = Text(json, "alert"),
            Fired = json.TryGetProperty("fired", out var fired) ? fired.GetBoolean() : null,
            Seq = Number(json, "seq"),
            Number = Number(json, "number"),
            Targets = json.TryGetProperty("targets", out var targets) ? [.. targets.EnumerateArray().Select(target => target.GetString()!)] : [],
            Body = json.TryGetProperty("body", out var body) ? System.Text.Encoding.UTF8.GetBytes(body.GetRawText()) : null,
        };
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    private static void Targets(Utf8JsonWriter json, IReadOnlyList<string> targets)
    {
        if (targets.Count == 0) return;
        json.WriteStartArray("targets");
        foreach (var target in targets) json.WriteStringValue(target);
        json.WriteEndArray();
    }

    private static void Body(Utf8JsonWriter json, byte[]? body)
    {
        if (body is null) return;
        json.WritePropertyName("body");
        json.WriteRawValue(body, skipInputValidation: true);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static DateTimeOffset? Time(JsonElement json, string name) => Text(json, name) is { } text && Instant.TryParse(text, out var at) ? at : null;
}
