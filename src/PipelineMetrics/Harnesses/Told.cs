using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>
/// Reads what another program's JSON says. Its forms change without notice: what is absent, of another type or out of range was not said.
/// </summary>
internal static class Told
{
    /// <summary>The longest name or id that a completion can hold.</summary>
    public const int NameBytes = 200;

    private const int ErrorBytes = 2000;
    private const long MostCount = 1_000_000;
    private const decimal MicrosPerDollar = 1_000_000;
    private const decimal MostDollars = 1_000_000_000;

    /// <summary>The member of an object; undefined when there is none. Nothing of what is undefined is undefined.</summary>
    public static JsonElement At(this JsonElement from, string name)
    {
        try
        {
            return from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            // One of the names is no Unicode text.
            return default;
        }
    }

    /// <summary>The elements of an array; none when there is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement from, string name) =>
        from.At(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The members of an object; none when there is none.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement from, string name) =>
        from.At(name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];

    /// <summary>A text that a completion can hold as a name or an id; null for anything else.</summary>
    public static string? Text(this JsonElement from, string name, int maxBytes = NameBytes) => Usable(Raw(from.At(name)), maxBytes);

    /// <summary>The text, if a completion can hold it as a name or an id.</summary>
    public static string? Usable(string? text, int maxBytes = NameBytes) =>
        string.IsNullOrWhiteSpace(text) || text.Contains('\0') || Encoding.UTF8.GetByteCount(text) > maxBytes ? null : text;

    /// <summary>A text for people, cut to what the error of a completion can hold.</summary>
    public static string? Message(this JsonElement from, string name) => from.At(name).AsMessage();

    /// <inheritdoc cref="Message"/>
    public static string? AsMessage(this JsonElement value) => Cut(Raw(value));

    /// <summary>The text cut to what the error of a completion can hold; null when nothing is left of it.</summary>
    public static string? Cut(string? text)
    {
        text = text?.Replace('\0', ' ').Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (Encoding.UTF8.GetByteCount(text) <= ErrorBytes) return text;
        // Two bytes for each of the longest characters leave room for the sign that something is missing.
        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > ErrorBytes - 3) break;
            kept.Append(rune);
        }
        return kept.Append('…').ToString();
    }

    /// <summary>A whole number of at least 0; null for anything else.</summary>
    public static long? Count(this JsonElement from, string name) => from.At(name) is var value && value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var number) && number >= 0 && number <= long.MaxValue && number == decimal.Truncate(number) ? (long)number : null;

    /// <summary>A number of turns or calls, at most what a completion can hold.</summary>
    public static long? SmallCount(this JsonElement from, string name) => Small(from.Count(name));

    /// <summary>The number, at most what a completion can hold as turns or calls.</summary>
    public static long? Small(long? count) => count is { } value ? Math.Min(value, MostCount) : null;

    /// <summary>Dollars as millionths of a dollar, rounded half up; null for anything else.</summary>
    public static long? DollarsAsMicros(this JsonElement from, string name) => from.At(name) is var value && value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var dollars) && dollars >= 0 && dollars <= MostDollars
        ? (long)Math.Round(dollars * MicrosPerDollar, MidpointRounding.AwayFromZero) : null;

    /// <summary>Whether the member is there and true.</summary>
    public static bool IsTrue(this JsonElement from, string name) => from.At(name).ValueKind == JsonValueKind.True;

    /// <summary>Whether the member is there and a number that is not 0, such as the exit code of what failed.</summary>
    public static bool IsNumberButZero(this JsonElement from, string name) =>
        from.At(name) is { ValueKind: JsonValueKind.Number } number && !(number.TryGetInt64(out var value) && value == 0);

    /// <summary>Whether the member is there and this text.</summary>
    public static bool Is(this JsonElement from, string name, string text) => Raw(from.At(name)) == text;

    private static string? Raw(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes or escapes that are no Unicode text.
            return null;
        }
    }
}
