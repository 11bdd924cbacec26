using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Cli.Exec;

/// <summary>What a completion has no field for: how the process ended. What was given stays, also under the same names.</summary>
internal static class RunMetadata
{
    private const string ExitCode = "exit_code";
    private const string Signal = "signal";
    private const int MostMembers = 32;
    private const int MostBytes = 8 << 10;

    public static string? With(string? given, RunResult result)
    {
        var whole = Write(given, result);
        using var members = JsonDocument.Parse(whole);
        // A record that is full of other things is still worth more than none.
        return members.RootElement.EnumerateObject().Count() <= MostMembers && Encoding.UTF8.GetByteCount(whole) <= MostBytes ? whole : given;
    }

    private static string Write(string? given, RunResult result)
    {
        using var before = JsonDocument.Parse(given ?? "{}");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in before.RootElement.EnumerateObject()) member.WriteTo(json);
            if (!before.RootElement.TryGetProperty(ExitCode, out _)) json.WriteNumber(ExitCode, result.Code);
            if (result.End.Signal is { } signal && !before.RootElement.TryGetProperty(Signal, out _)) json.WriteNumber(Signal, signal);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
