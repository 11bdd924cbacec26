using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>JSON that is kept as text because its meaning is the sender's.</summary>
internal static class RawJson
{
    /// <summary>The checked, compact text of the value the cursor stands on, to whose last token it moves.</summary>
    public static string Read(ref FactCursor at)
    {
        var from = (int)at.Reader.TokenStartIndex;
        StrictJson.SkipChecked(ref at.Reader);
        return StrictJson.Compact(at.Json[from..(int)at.Reader.BytesConsumed]);
    }

    /// <summary>Whether both say the same, whatever the order of names and the spelling of numbers.</summary>
    public static bool Same(string? left, string? right)
    {
        if (left is null || right is null || left == right) return left == right;
        using var a = JsonDocument.Parse(left);
        using var b = JsonDocument.Parse(right);
        return JsonElement.DeepEquals(a.RootElement, b.RootElement);
    }
}
