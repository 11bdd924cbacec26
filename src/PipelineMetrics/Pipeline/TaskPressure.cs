using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// What was said of how much a task presses: the members <c>urgency</c>, <c>deadline</c> and <c>sender</c> of its context, or, for
/// one that is not there or means nothing, of its metadata.
/// </summary>
/// <param name="Urgency">From 0 to 1, or one of the words low (0.25), normal (0.5), high (0.75) and critical (1).</param>
/// <param name="Deadline">An RFC 3339 instant with an offset.</param>
/// <param name="Sender">Who asked for it.</param>
public sealed record TaskPressure(decimal? Urgency, DateTimeOffset? Deadline, string? Sender)
{
    private static readonly TaskPressure None = new(null, null, null);

    /// <summary>Null when nothing was said.</summary>
    /// <param name="context">JSON of any kind; only an object has members.</param>
    /// <param name="metadata">The same.</param>
    public static TaskPressure? Of(string? context, string? metadata)
    {
        var (own, other) = (Read(context), Read(metadata));
        var said = new TaskPressure(own.Urgency ?? other.Urgency, own.Deadline ?? other.Deadline, own.Sender ?? other.Sender);
        return said == None ? null : said;
    }

    private static TaskPressure Read(string? json)
    {
        if (json is null || !json.StartsWith('{')) return None;
        var said = None;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = ReadingRules.StoredMaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("urgency"u8)) said = said with { Urgency = ReadUrgency(ref reader) };
            else if (reader.ValueTextEquals("deadline"u8)) said = said with { Deadline = ReadDeadline(ref reader) };
            else if (reader.ValueTextEquals("sender"u8)) said = said with { Sender = ReadText(ref reader) };
            else reader.Read();
            reader.Skip();
        }
        return said;
    }

    private static decimal? ReadUrgency(ref Utf8JsonReader reader)
    {
        if (ReadText(ref reader) is { } word) return UrgencyOf(word);
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var number)) return null;
        return number is >= 0 and <= 1 ? number : null;
    }

    private static decimal? UrgencyOf(string word) => word switch
    {
        "low" => 0.25m,
        "normal" => 0.5m,
        "high" => 0.75m,
        "critical" => 1m,
        _ => null,
    };

    private static DateTimeOffset? ReadDeadline(ref Utf8JsonReader reader) =>
        ReadText(ref reader) is { } text && Instant.TryParse(text, out var deadline) ? deadline : null;

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }
}
