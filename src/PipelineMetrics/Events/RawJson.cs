using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>JSON that is kept as text because its meaning is the sender's.</summary>
internal static class RawJson
{
    /// <summary>The checked, compact text of the value the cursor stands on, to whose last token it moves.</summary>
    /// <exception cref="JsonException">The value is not one that can be kept, or nests deeper than is allowed.</exception>
    public static string Read(ref FactCursor at, int maxDepth = int.MaxValue)
    {
        var from = (int)at.Reader.TokenStartIndex;
        StrictJson.SkipChecked(ref at.Reader, maxDepth);
        return StrictJson.Compact(at.Json[from..(int)at.Reader.BytesConsumed]);
    }

    /// <summary>Checks text from code as strictly as text that arrives, and brings it onto one line.</summary>
    /// <returns>False when it is not one JSON value.</returns>
    public static bool TryCompact(ref string json)
    {
        if (!StrictJson.IsUnicode(json)) return false;
        var at = new FactCursor(Encoding.UTF8.GetBytes(json), ReadingRules.StoredMaxDepth - 1);
        try
        {
            at.Reader.Read();
            var compact = Read(ref at);
            if (at.Reader.Read()) return false;
            json = compact;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>How many names the object has, those inside its values not counted.</summary>
    public static int CountNames(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var count = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1) count++;
        }
        return count;
    }

    /// <summary>Whether both say the same, whatever the order of names and the spelling of numbers.</summary>
    public static bool Same(string? left, string? right)
    {
        if (left is null || right is null || left == right) return left == right;
        using var a = JsonDocument.Parse(left);
        using var b = JsonDocument.Parse(right);
        try
        {
            return JsonElement.DeepEquals(a.RootElement, b.RootElement);
        }
        catch (ArgumentOutOfRangeException)
        {
            // A number such as 1e99999999999 is beyond comparing by value; its text already differs.
            return false;
        }
    }
}
