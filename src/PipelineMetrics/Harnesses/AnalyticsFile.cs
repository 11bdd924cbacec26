namespace PipelineMetrics.Harnesses;

/// <summary>The file that Aider writes its analytics to, from where it ended before the run.</summary>
internal sealed class AnalyticsFile
{
    private const int ChunkBytes = 64 << 10;
    private readonly string _path;
    private readonly long _from;

    private AnalyticsFile(string path, long from) => (_path, _from) = (path, from);

    /// <summary>The file that a command line names; null when it names none.</summary>
    public static AnalyticsFile? Of(IReadOnlyList<string> command, string directory)
    {
        if (CommandOptions.Find(command, "--analytics-log") is not { } named || named.Contains('\0')) return null;
        var path = Path.GetFullPath(named, directory);
        var file = new FileInfo(path);
        return new AnalyticsFile(path, file.Exists ? file.Length : 0);
    }

    /// <summary>Reads what the run added. A file that became shorter was begun anew, and is read whole; one that cannot be read says
    /// nothing.</summary>
    public void ReadInto(PrintedJson lines)
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!file.CanSeek) return;
            file.Position = file.Length < _from ? 0 : _from;
            var chunk = new byte[ChunkBytes];
            for (int read; (read = file.Read(chunk)) > 0;) lines.Append(chunk.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The run is over and has its result; it is only known in less detail.
        }
    }
}
