using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>What the names in a line tell, before it is read.</summary>
/// <param name="Format">The format; <see cref="ImportFormat.Detect"/> when no format has such a line.</param>
/// <param name="IsEvent">For a line of our own: it is an event.</param>
/// <param name="EndsAttempt">For a line of our own: it is an event that tells a completion.</param>
internal readonly record struct LineShape(ImportFormat Format, bool IsEvent = false, bool EndsAttempt = false)
{
    // Any reader says what is wrong with a line that is no JSON object.
    private static readonly LineShape Unreadable = new(ImportFormat.Spec026);

    public static LineShape Of(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ReadingRules.StoredMaxDepth });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Of(ref reader) : Unreadable;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unreadable;
        }
    }

    private static LineShape Of(ref Utf8JsonReader reader)
    {
        var (isOurs, hasTask) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("eventType"u8)) return new LineShape(ImportFormat.Adr009);
            if (reader.ValueTextEquals("event_type"u8)) return new LineShape(ImportFormat.Native, IsEvent: true, EndsAttempt: IsEnd(ref reader));
            hasTask |= reader.ValueTextEquals("task_id"u8);
            isOurs |= reader.ValueTextEquals("seq"u8) || reader.ValueTextEquals("crc"u8);
            reader.Read();
            reader.Skip();
        }
        return new LineShape(!hasTask ? ImportFormat.Detect : isOurs ? ImportFormat.Native : ImportFormat.Spec026);
    }

    private static bool IsEnd(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String
        && (reader.ValueTextEquals(EndOfTaskFields.Completed) || reader.ValueTextEquals(EndOfTaskFields.Failed));
}
