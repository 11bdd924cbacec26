using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>
/// Finds out from the archives themselves what left, when <c>journal.json</c> cannot say it any more: no number may be given twice, and
/// none that is archived may be called missing. The sums that were carried over are lost with it.
/// </summary>
internal sealed class FoundArchives(IDisk disk, string directory, ILogger logger)
{
    private const string Extension = ".gz";

    /// <summary>The archives whose own file is not there any more, oldest first in each stream.</summary>
    public IReadOnlyList<ArchivedSegment> Read()
    {
        var names = disk.List(Path.Combine(directory, LogNames.Archive));
        return [.. LogNames.Streams.SelectMany(stream => ReadStream(stream, names))];
    }

    private IEnumerable<ArchivedSegment> ReadStream(LogStream stream, IReadOnlyList<string> names)
    {
        var found = names.Where(name => name.EndsWith(Extension, StringComparison.Ordinal)).Select(name => name[..^Extension.Length])
            .Where(name => LogNames.TryParseSealed(stream, name, out _) && disk.Stat(Path.Combine(directory, name)) is null);
        return found.Select((name, ordinal) => TryRead(stream, name, ordinal)).OfType<ArchivedSegment>();
    }

    private ArchivedSegment? TryRead(LogStream stream, string name, int ordinal)
    {
        try
        {
            var read = Read(stream, name, ordinal);
            logger.LogWarning("{Archive} is taken for what its name says, because the list of archives is lost", read.ArchiveName);
            return read;
        }
        catch (DiskException problem)
        {
            logger.LogError(problem, "The archive of {File} cannot be read, and the list of archives is lost", name);
            return null;
        }
    }

    private ArchivedSegment Read(LogStream stream, string name, int ordinal)
    {
        var path = Path.Combine(directory, LogNames.ArchiveOf(name));
        using var file = ArchiveFile.Open(disk, path);
        using var segment = new Segment(stream, ordinal, directory, LogNames.ArchiveOf(name)) { Length = file.Length };
        segment.Adopt(file);
        var facts = new SegmentFacts();
        var lines = new StretchCursor(disk, [new Stretch(segment, 0, file.Length)]);
        while (lines.MoveNext())
        {
            segment.Count(lines.Current.Seq, lines.Current.Place.Offset);
            facts.Add(lines.Current);
        }

        return new ArchivedSegment
        {
            Segment = segment.Describe(segment.Hash.Finish(file, file.Length)) with { File = name },
            ArchiveBytes = disk.Stat(path)!.Value.Length,
            NumberedLines = facts.NumberedLines,
            NewestRecordedAt = facts.NewestRecordedAt,
            NewestFactAt = facts.NewestFactAt,
            TaskLines = stream == LogStream.Completions ? TaskLinesOf(name) : null,
        };
    }

    /// <summary>What is beside the archive; when nothing is, an entry that fits no file, so that the archive itself is read instead.</summary>
    private TaskLinesFile TaskLinesOf(string name)
    {
        var path = Path.Combine(directory, LogNames.TaskLinesOf(name));
        if (disk.Stat(path) is not { } found)
            return TaskLinesFile.NotThere;
        using var file = ArchiveFile.Open(disk, path);
        using var hash = new RunningHash();
        return new TaskLinesFile(0, found.Length, hash.Finish(file, file.Length));
    }
}
