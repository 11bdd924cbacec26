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
        if (reading.Unknown.Count == 0) return metadata;
        if (refuse)
            reading.Problems.AddRange(reading.Unknown.Select(u => Problem(u.Name, "is not a known field")));
        var names = metadata is null ? [] : Names(metadata);
        reading.Problems.AddRange(reading.Unknown.Where(u => names.Contains(u.Name))
            .Select(u => Problem(u.Name, "is not a known field and is in metadata too")));
        if (names.Count + reading.Unknown.Count > MaxNames)
            reading.Problems.Add(new FieldProblem("metadata", $"must have at most {MaxNames} names, unknown fields counted", null));
        var kept = Join(metadata, reading.Unknown);
        if (Encoding.UTF8.GetByteCount(kept) > MaxMetadataBytes)
            reading.Problems.Add(new FieldProblem("metadata", $"must be at most {MaxMetadataBytes} bytes of JSON, unknown fields counted", null));
        return kept;
    }

    /// <summary>What a sender is told about fields that were kept although nobody knows them.</summary>
    public static IReadOnlyList<string> Warnings(FactReading reading) =>
        reading.Unknown.Count == 0 ? [] : [.. reading.Unknown.Select(u => $"unknown field '{FieldProblem.OneLine(u.Name)}'")];

    private static FieldProblem Problem(string name, string rule) => new(FieldProblem.OneLine(name), rule, null);

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
            text.Append('"').Append(JsonEncodedText.Encode(name, Completion.OneLine.Encoder)).Append("\":").Append(json).Append(',');
        }
        text[^1] = '}';
        return text.ToString();
    }
}
