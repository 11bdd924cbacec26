using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// What a line is about, read in place and without judging it: the history also holds lines that other programs wrote, and each is
/// found by what it says.
/// </summary>
internal readonly record struct LineFacets(
    string? EventType, string? EntityType, string? EntityId, string? ChainId, string? RequestId, DateTimeOffset? At)
{
    public static LineFacets Read(LogStream stream, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var line = ReadMembers(ref reader);
            if (stream == LogStream.Events) return line with { EntityType = line.EntityType ?? line.EventType?.Split(':')[0] };
            var type = line.EventType is "completed" or "failed" ? $"task:{line.EventType}" : null;
            return line with { EventType = type, EntityType = "task" };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Only a foreign line can hold text that is none.
            return default;
        }
    }

    private static LineFacets ReadMembers(ref Utf8JsonReader reader)
    {
        var line = default(LineFacets);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (name == Name.Other || reader.TokenType != JsonTokenType.String) reader.Skip();
            else line = With(line, name, reader.GetString()!);
        }
        return line;
    }

    // What a completion calls otherwise stands where an event has it.
    private static Name NameOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("event_type"u8) || reader.ValueTextEquals("status"u8)) return Name.EventType;
        if (reader.ValueTextEquals("entity_type"u8)) return Name.EntityType;
        if (reader.ValueTextEquals("entity_id"u8) || reader.ValueTextEquals("task_id"u8)) return Name.EntityId;
        if (reader.ValueTextEquals("chain_id"u8)) return Name.ChainId;
        if (reader.ValueTextEquals("request_id"u8)) return Name.RequestId;
        return reader.ValueTextEquals("timestamp"u8) || reader.ValueTextEquals("created_at"u8) ? Name.At : Name.Other;
    }

    private static LineFacets With(LineFacets line, Name name, string value) => name switch
    {
        Name.EventType => line with { EventType = value },
        Name.EntityType => line with { EntityType = value },
        Name.EntityId => line with { EntityId = value },
        Name.ChainId => line with { ChainId = value },
        Name.RequestId => line with { RequestId = value },
        _ => line with { At = Instant.TryParse(value, out var at) ? at : null },
    };

    private enum Name { Other, EventType, EntityType, EntityId, ChainId, RequestId, At }
}
