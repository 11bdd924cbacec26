using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Cli.Service;

/// <summary>How answers are read. Members that a newer service adds are passed over.</summary>
internal static class AnswerJson
{
    private const int Shown = 200;

    public static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="CliException">It is something else.</exception>
    public static T Read<T>(byte[] json, ServiceConnection service)
    {
        try
        {
            if (JsonSerializer.Deserialize<T>(json, Options) is { } answer) return answer;
        }
        catch (JsonException)
        {
            // Something else than the service answers there.
        }
        var begin = Encoding.UTF8.GetString(json.AsSpan(0, Math.Min(json.Length, Shown)));
        throw new CliException(ExitCodes.Failed, $"{service.Name} answered with something else: {begin}");
    }
}
