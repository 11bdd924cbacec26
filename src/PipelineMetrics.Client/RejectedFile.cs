using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Client;

/// <summary>Where records are kept that the service refused for what they say: a line each, with the reason. Bounded.</summary>
internal sealed class RejectedFile(string? spoolDirectory, TimeProvider clock, ILogger logger)
{
    /// <summary>Its name in the spool directory.</summary>
    public const string Name = "rejected.jsonl";

    private const long MostBytes = 4 << 20;
    private const int Tries = 5;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    public async Task KeepAsync(string code, string reason, ReadOnlyMemory<byte> line)
    {
        logger.LogWarning("A record was refused, {Code}: {Reason}", code, reason);
        if (spoolDirectory is null) return;
        var text = $"{{\"code\":{Quoted(code)},\"reason\":{Quoted(reason)},\"record\":{Encoding.UTF8.GetString(line.Span)}}}\n";
        for (var tries = 1; !TryAppend(Path.Combine(spoolDirectory, Name), Encoding.UTF8.GetBytes(text), isLast: tries == Tries) && tries < Tries; tries++)
            await Task.Delay(BetweenTries, clock);
    }

    private bool TryAppend(string path, byte[] text, bool isLast)
    {
        try
        {
            // Not shared: two processes that append at once would write over each other.
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var end = RandomAccess.GetLength(file);
            if (end + text.Length <= MostBytes) RandomAccess.Write(file, text, end);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isLast) logger.LogWarning("{Path} cannot be written: {Reason}", path, e.Message);
            return false;
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
