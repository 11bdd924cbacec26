using System.Text.Json;

namespace PipelineMetrics.Cli.Service;

/// <summary>How answers are read. Members that a newer service adds are passed over.</summary>
internal static class AnswerJson
{
    public static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
