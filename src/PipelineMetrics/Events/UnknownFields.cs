using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>Fields nobody knows are kept in <c>metadata</c>: a newer runner loses nothing to an older service.</summary>
internal static class UnknownFields
{
    private const int MaxMetadataBytes = 8192;
    private const int MaxNames = 32;

    /// <summary>The metadata with the unknown fields of the reading in it; what does not fit is added to its problems.</summary>
    public static string? Keep(string? metadata, FactReading reading, bool refuse)
    {
        if (refuse) reading.Problems.AddRange(reading.Unknown.Select(u => new FieldProblem(FieldProblem.Shorten(u.Name), "is not a known field", null)));
        var names = metadata is null ? [] : Names(metadata);
        reading.Problems.AddRange(reading.Unknown.Where(u => names.Contains(u.Name))
            .Select(u => new FieldProblem(FieldProblem.Shorten(u.Name), "is not a known field and is in metadata too", null)));
        if (names.Count + reading.Unknown.Count > MaxNames)
            reading.Problems.Add(new FieldProblem("metadata", $"must have at most {MaxNames} names, unknown fields counted", null));
        var kept = reading.Unknown.Count == 0 ? metadata : Join(metadata, reading.Unknown);
        if (kept is not null && Encoding.UTF8.GetByteCount(kept) > MaxMetadataBytes)
            reading.Problems.Add(new FieldProblem("metadata", $"must be at most {MaxMetadataBytes} bytes of JSON, unknown fields counted", null));
        return kept;
    }

    /// <summary>What a sender is told about fields that were kept although nobody knows them.</summary>
    public static IReadOnlyList<string> Warnings(FactReading reading) =>
        reading.Unknown.Count == 0 ? [] : [.. reading.Unknown.Select(u => $"unknown field '{FieldProblem.Shorten(u.Name)}'")];

    private static HashSet<string> Names(string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        return [.. document.RootElement.EnumerateObject().Select(p => p.Name)];
    }

    // Text is joined to text: parsing and writing again would change 1.0 to 1 and long numbers to wrong ones.
    private static string Join(string? metadata, List<(string Name, string Json)> unknown)
    {
        var text = new StringBuilder(metadata is null or "{}" ? "{" : metadata[..^1] + ",");
        foreach (var (name, json) in unknown)
        {
            text.Append('"').Append(JsonEncodedText.Encode(name)).Append("\":").Append(json).Append(',');
        }
        text[^1] = '}';
        return text.ToString();
    }
}
