namespace PipelineMetrics.EndToEnd.Judging;

/// <summary>
/// A log directory counted again by a program that shares no code with the service. Every line must be whole: complete, JSON, with
/// the checksum of its bytes.
/// </summary>
internal sealed class Recount
{
    private Recount(IReadOnlyList<LogLine> completions, IReadOnlyList<LogLine> events)
    {
        Completions = completions;
        Events = events;
    }

    public IReadOnlyList<LogLine> Completions { get; }

    public IReadOnlyList<LogLine> Events { get; }

    /// <summary>What the figures must count.</summary>
    public long Attempts => Completions.Count(line => line.IsAttempt);

    /// <summary>Files of both streams that were filled and sealed.</summary>
    public int SealedFiles => Completions.Concat(Events).Select(line => line.File).Distinct().Count(name => name.Contains('-'));

    public static Recount Of(string directory) => new([.. Read(directory, "metrics")], [.. Read(directory, "events")]);

    /// <summary>The numbers of both streams together are 1, 2, 3 and so on: nothing is missing, nothing is there twice.</summary>
    public void ShouldBeGapless()
    {
        var numbers = Completions.Concat(Events).Select(line => line.Seq).OfType<long>().Order().ToList();
        for (var i = 0; i < numbers.Count; i++) numbers[i].ShouldBe(i + 1, "a number is missing or there twice");
    }

    private static IEnumerable<LogLine> Read(string directory, string stream)
    {
        // The names of sealed files sort by their first number; the active file comes last.
        var files = Directory.GetFiles(directory, $"{stream}-*.jsonl").Order(StringComparer.Ordinal).ToList();
        var active = Path.Combine(directory, $"{stream}.jsonl");
        return (File.Exists(active) ? files.Append(active) : files).SelectMany(ReadFile);
    }

    private static List<LogLine> ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (bytes.Length > 0 && bytes[^1] != '\n') throw new InvalidDataException($"{path} ends in part of a line");
        var lines = new List<LogLine>();
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end > 0) lines.Add(LogLine.Read(Path.GetFileName(path), rest[..end]));
            rest = rest[(end + 1)..];
        }
        return lines;
    }
}
