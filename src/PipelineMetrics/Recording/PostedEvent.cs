using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// A lifecycle event as somebody told it. The end of an attempt, <c>task:completed</c> or <c>task:failed</c>, is a completion however
/// it is told; everything else is an event. Exactly one of the two is set.
/// </summary>
public sealed class PostedEvent : IPosted<PostedEvent>
{
    private PostedEvent(int bytes) => Bytes = bytes;

    /// <inheritdoc/>
    public string? Id => Event is null ? End!.Id : Event.Id;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => Event?.Warnings ?? End!.Warnings;

    /// <summary>Bytes of what was sent.</summary>
    internal int Bytes { get; }

    /// <summary>What was said, unless it ends an attempt.</summary>
    internal EventDraft? Event { get; private init; }

    /// <summary>What was said about the end of an attempt.</summary>
    internal PostedCompletion? End { get; private init; }

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> json, ReadingRules rules, out PostedEvent posted, out Rejection? rejection)
    {
        if (EndsAnAttempt(json.Span))
        {
            var isEnd = CompletionDraft.TryReadEndOfTask(json.Span, rules, out var completion, out rejection);
            posted = new PostedEvent(json.Length) { End = new PostedCompletion(completion, json.Length) };
            return isEnd;
        }
        var isEvent = EventDraft.TryRead(json.Span, rules, out var draft, out rejection);
        posted = new PostedEvent(json.Length) { Event = draft };
        return isEvent;
    }

    /// <inheritdoc/>
    public void GiveId(string id)
    {
        if (Event is null) End!.GiveId(id);
        else Event.Id = id;
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
                if (isType) return reader.TokenType == JsonTokenType.String && IsEnd(ref reader);
                reader.Skip();
            }
            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsEnd(ref Utf8JsonReader reader) => reader.ValueTextEquals(EndOfTaskFields.Completed) || reader.ValueTextEquals(EndOfTaskFields.Failed);
}
