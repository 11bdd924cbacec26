using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Api.Completions;

/// <summary>A line of the log as an answer, byte for byte; a superseded one says by which.</summary>
internal static class StoredLineResult
{
    public static IResult Of(byte[] json, string? supersededBy)
    {
        if (supersededBy is null) return TypedResults.Bytes(json, "application/json");
        var end = json.AsSpan().LastIndexOf((byte)'}');
        var superseded = Encoding.UTF8.GetBytes($",\"superseded_by\":{JsonSerializer.Serialize(supersededBy)}}}");
        return TypedResults.Bytes([.. json.AsSpan(0, end), .. superseded], "application/json");
    }
}
