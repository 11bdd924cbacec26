using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.EndToEnd.Judging;

/// <summary>One line as anybody would read it who knows only the documented format.</summary>
internal sealed record LogLine(string File, long? Seq, JsonElement Json)
{
    private static readonly byte[] BeforeChecksum = Encoding.ASCII.GetBytes(",\"crc\"");

    public string? Id => Text("id");

    public string? TaskId => Text("task_id");

    /// <summary>A lifecycle event in short: its type and what it is about.</summary>
    public string Event => $"{Text("event_type")} {Text("entity_id")}";

    /// <summary>Whether it is an attempt that counts, and not a later word on one.</summary>
    public bool IsAttempt => Text("status") is "completed" or "failed" && Text("revises") is null;

    /// <exception cref="InvalidDataException">It is not JSON, or its checksum is not that of its bytes.</exception>
    public static LogLine Read(string file, ReadOnlySpan<byte> line)
    {
        var json = Parse(file, line);
        if (!json.TryGetProperty("crc", out var stored)) return new LogLine(file, null, json);
        var actual = Crc32C.Of(line[..line.LastIndexOf(BeforeChecksum)]);
        if (uint.Parse(stored.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) != actual)
            throw new InvalidDataException($"{file}: the checksum should be {actual:x8} in {Encoding.UTF8.GetString(line)}");
        return new LogLine(file, json.GetProperty("seq").GetInt64(), json);
    }

    private string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonElement Parse(string file, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not JSON: {Encoding.UTF8.GetString(line)}", e);
        }
    }
}
