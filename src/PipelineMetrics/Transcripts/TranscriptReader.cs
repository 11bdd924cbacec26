using System.Text.Json;

namespace PipelineMetrics.Transcripts;

/// <summary>Reads what one agent program keeps. What it cannot read it notes in the tally, and goes on.</summary>
internal abstract class TranscriptReader(TranscriptTally tally)
{
    /// <summary>A larger file that is one JSON value is passed over, since it is held in memory.</summary>
    public const long MostFileBytes = 256L << 20;

    /// <summary>Where it is noted what was read and what was not.</summary>
    protected TranscriptTally Tally { get; } = tally;

    /// <summary>The sessions in a file or below a directory, one after the other while they are asked for.</summary>
    /// <param name="path">Of either.</param>
    public abstract IEnumerable<Transcript> Read(string path);

    /// <summary>The files below a directory, or the file itself, in the order of their names.</summary>
    protected IEnumerable<string> Files(string path, params string[] endings)
    {
        if (File.Exists(path)) return [path];
        if (Directory.Exists(path)) return Below(path, endings);
        Tally.Skip(path, 0, "is neither a file nor a directory");
        return [];
    }

    /// <summary>A file that is one JSON value; null, and noted, when it cannot be read as one.</summary>
    protected JsonDocument? Whole(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length <= MostFileBytes) return JsonDocument.Parse(stream);
            Tally.Skip(file, 0, $"is longer than {MostFileBytes >> 20} MiB");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Tally.Skip(file, 0, e is JsonException json ? $"is no JSON from byte {json.BytePositionInLine} of line {json.LineNumber + 1} on" : e.Message);
        }
        return null;
    }

    // One directory after the other; only the names of one are held at a time.
    private IEnumerable<string> Below(string directory, string[] endings)
    {
        var entries = Listed(directory);
        foreach (var file in entries.Files.Where(f => endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase)))) yield return file;
        foreach (var inner in entries.Directories)
        {
            foreach (var file in Below(inner, endings)) yield return file;
        }
    }

    /// <summary>What is directly in a directory, in the order of names. Links to directories are not followed.</summary>
    protected (IReadOnlyList<string> Files, IReadOnlyList<string> Directories) Listed(string directory)
    {
        try
        {
            var inner = new DirectoryInfo(directory).EnumerateDirectories().Where(d => d.LinkTarget is null).Select(d => d.FullName);
            return ([.. Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)], [.. inner.Order(StringComparer.Ordinal)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tally.Skip(directory, 0, e.Message);
            return ([], []);
        }
    }
}
