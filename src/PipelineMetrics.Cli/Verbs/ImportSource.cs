namespace PipelineMetrics.Cli.Verbs;

/// <summary>Something to import.</summary>
/// <param name="name">How it is called in messages.</param>
/// <param name="content">Its bytes.</param>
/// <param name="bytes">How many; null when that is not known.</param>
internal sealed class ImportSource(string name, Stream content, long? bytes) : IAsyncDisposable
{
    public string Name => name;

    public Stream Content => content;

    public long? Bytes => bytes;

    /// <summary>Whether it is gzip.</summary>
    public bool IsCompressed { get; private init; }

    /// <summary>Whether it is one JSON array and not one record a line.</summary>
    public bool IsArray { get; private init; }

    /// <param name="path">A file; - for standard input, which is taken as NDJSON.</param>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static ImportSource OfFile(string path)
    {
        if (Directory.Exists(path)) throw new CliException(ExitCodes.Failed, $"{path}: is a directory; name the files in it");
        if (path == "-") return new ImportSource("stdin", Console.OpenStandardInput(), null);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
            var isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            return new ImportSource(path, file, file.Length) { IsCompressed = isCompressed, IsArray = !isCompressed && BeginsWithBracket(file) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"{path}: {e.Message}");
        }
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private static bool BeginsWithBracket(FileStream file)
    {
        int next;
        do next = file.ReadByte();
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        file.Position = 0;
        return next == '[';
    }
}
