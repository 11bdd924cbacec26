using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>What came back over a socket.</summary>
/// <param name="Status">The status; 0 when the connection was closed without an answer.</param>
/// <param name="Headers">The headers by name.</param>
/// <param name="Body">The body as text.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly RawAnswer Nothing = new(0, new Dictionary<string, string>(), "");

    public bool IsProblem => Headers.TryGetValue("Content-Type", out var type) && type.StartsWith("application/problem+json", StringComparison.Ordinal);

    /// <summary>The code of a problem; null when it is none.</summary>
    public string? Code => IsProblem && JsonSerializer.Deserialize<JsonElement>(Body).TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The answer in what has arrived, or null while it is not all there.</summary>
    /// <param name="bytes">Everything since the request.</param>
    /// <param name="isLast">Whether nothing more will come.</param>
    public static RawAnswer? Of(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var end = bytes.IndexOf(EndOfHead);
        if (end < 0) return isLast ? Nothing : null;
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var rest = bytes[(end + EndOfHead.Length)..];
        // 100 (Continue) is no answer yet.
        if (status < 200) return Of(rest, isLast);
        var headers = lines[1..].Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return BodyOf(headers, rest, isLast) is { } body ? new RawAnswer(status, headers, body) : null;
    }

    private static string? BodyOf(Dictionary<string, string> headers, ReadOnlySpan<byte> rest, bool isLast)
    {
        if (headers.ContainsKey("Transfer-Encoding")) return Unchunked(rest);
        if (headers.TryGetValue("Content-Length", out var text))
        {
            var length = int.Parse(text, CultureInfo.InvariantCulture);
            return rest.Length >= length ? Encoding.UTF8.GetString(rest[..length]) : null;
        }
        return isLast ? Encoding.UTF8.GetString(rest) : null;
    }

    private static string? Unchunked(ReadOnlySpan<byte> rest)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var end = rest.IndexOf("\r\n"u8);
            if (end < 0) return null;
            var length = int.Parse(rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (rest.Length < end + length + 4) return null;
            if (length == 0) return Encoding.UTF8.GetString(body.ToArray());
            body.Write(rest.Slice(end + 2, length));
            rest = rest[(end + length + 4)..];
        }
    }
}
