using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>
/// A lifecycle event as somebody tells it. The end of an attempt, <c>task:completed</c> or <c>task:failed</c>, is a completion however
/// it is told; everything else is an event. Exactly one of the two is set.
/// </summary>
public sealed class EventReport
{
    internal const string Completed = "task:completed";
    internal const string Failed = "task:failed";

    private EventReport(EventDraft? draft, CompletionDraft? completion) => (Event, Completion) = (draft, completion);

    /// <summary>What was said, unless it ends an attempt.</summary>
    public EventDraft? Event { get; }

    /// <summary>What was said about the end of an attempt.</summary>
    public CompletionDraft? Completion { get; }

    /// <inheritdoc cref="EventDraft.Id"/>
    public string? Id
    {
        get => Event is null ? Completion!.Id : Event.Id;
        set
        {
            if (Event is null) Completion!.Id = value;
            else Event.Id = value;
        }
    }

    /// <inheritdoc cref="EventDraft.Warnings"/>
    public IReadOnlyList<string> Warnings => Event?.Warnings ?? Completion!.Warnings;

    /// <summary>Reads what a sender wrote: JSON form, types, and every field by its own rule.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="report">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out EventReport report, out Rejection? rejection)
    {
        if (EndsAnAttempt(json))
        {
            var isRead = CompletionDraft.TryReadEndOfTask(json, rules, out var completion, out rejection);
            report = new EventReport(null, completion);
            return isRead;
        }
        var isEvent = EventDraft.TryRead(json, rules, out var draft, out rejection);
        report = new EventReport(draft, null);
        return isEvent;
    }

    // Which fields an event may have depends on its type, which may stand anywhere in it. What cannot be read is told by the reading itself.
    private static bool EndsAnAttempt(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ReadingRules.StoredMaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("event_type"u8);
                reader.Read();
                if (isType) return reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals(Completed) || reader.ValueTextEquals(Failed));
                reader.Skip();
            }
            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
