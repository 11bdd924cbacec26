using PipelineMetrics.Events;

namespace PipelineMetrics.Transcripts;

/// <summary>When a file of lines was last written to, by what stands in it: what the file system says changes when the file is copied.</summary>
internal static class LastTime
{
    private const int TailBytes = 256 << 10;

    /// <summary>The last timestamp near the end of a file; what the file system says when there is none.</summary>
    public static DateTimeOffset Of(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            stream.Position = Math.Max(0, stream.Length - TailBytes);
            var tail = new byte[TailBytes];
            var length = stream.ReadAtLeast(tail, TailBytes, throwOnEndOfStream: false);
            return In(tail.AsSpan(0, length)) ?? File.GetLastWriteTimeUtc(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads the file says so.
            return DateTimeOffset.MinValue;
        }
    }

    private static DateTimeOffset? In(ReadOnlySpan<byte> tail)
    {
        var name = "\"timestamp\":\""u8;
        for (int at; (at = tail.LastIndexOf(name)) >= 0; tail = tail[..at])
        {
            var text = tail[(at + name.Length)..];
            var end = text.IndexOf((byte)'"');
            if (end > 0 && Instant.TryParse(text[..end], out var instant)) return instant;
        }
        return null;
    }
}
