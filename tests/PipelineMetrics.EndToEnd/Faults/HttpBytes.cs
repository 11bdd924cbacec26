using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>HTTP as far as somebody in the middle must understand it: where a request ends.</summary>
internal static partial class HttpBytes
{
    private const int ChunkBytes = 16 << 10;

    /// <returns>One whole request; empty when the sender leaves before its end.</returns>
    public static async Task<byte[]> ReadRequestAsync(Socket sender)
    {
        var request = new List<byte>();
        var end = int.MaxValue;
        while (request.Count < end)
        {
            var chunk = await ReceiveAsync(sender);
            if (chunk.Length == 0) return [];
            request.AddRange(chunk);
            if (end == int.MaxValue) end = EndOf(Encoding.Latin1.GetString([.. request]));
        }
        return [.. request];
    }

    public static async Task<byte[]> ReadToEndAsync(Socket source)
    {
        var all = new List<byte>();
        while (await ReceiveAsync(source) is { Length: > 0 } chunk) all.AddRange(chunk);
        return [.. all];
    }

    public static async Task SendAllAsync(Socket target, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[(await target.SendAsync(bytes))..];
        }
        catch (SocketException)
        {
            // The other side left; whoever waits for an answer finds that out by itself.
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket source)
    {
        var buffer = new byte[ChunkBytes];
        try
        {
            return buffer[..await source.ReceiveAsync(buffer)];
        }
        catch (SocketException)
        {
            // A reset is an end too.
            return [];
        }
    }

    /// <returns>How long the request is; the largest number while its headers are not complete.</returns>
    private static int EndOf(string soFar)
    {
        var head = soFar.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return int.MaxValue;
        var length = ContentLength().Match(soFar[..(head + 2)]);
        return head + 4 + (length.Success ? int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex("\r\nContent-Length: *([0-9]+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
