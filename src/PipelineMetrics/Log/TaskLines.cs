using System.Globalization;
using System.Text;

namespace PipelineMetrics.Log;

/// <summary>A line of an archived segment that tasks still need.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="After">Its number, or the last one before it when it has none: where it stands in the history.</param>
/// <param name="Json">The line.</param>
internal readonly record struct TaskLine(LinePlace Place, long After, byte[] Json);

/// <summary>
/// The file beside an archive that holds the lines tasks still need, so that a start need not unpack everything: of each line its
/// offset in the segment, its number, and the line as it stands there.
/// </summary>
internal static class TaskLines
{
    private const byte Blank = (byte)' ';

    public static void Append(ArchiveWriter file, TaskLine line)
    {
        file.Append(Encoding.ASCII.GetBytes($"{line.Place.Offset} {line.After} "));
        file.Append(line.Json);
        file.Append("\n"u8);
    }

    /// <summary>The lines of the file; of the archive, all of them, when the file is not what was written.</summary>
    /// <exception cref="DiskException">Neither can be read.</exception>
    public static IEnumerable<TaskLine> Read(IDisk disk, string directory, ArchivedSegment archived) =>
        IsWhole(disk, directory, archived) ? ReadFile(disk, directory, archived) : ReadArchive(disk, directory, archived);

    /// <summary>Whether the file is there and holds what was written.</summary>
    public static bool IsWhole(IDisk disk, string directory, ArchivedSegment archived)
    {
        var path = PathOf(directory, archived);
        if (archived.TaskLines is not { } listed || disk.Stat(path)?.Length != listed.Bytes)
            return false;
        try
        {
            using var file = ArchiveFile.Open(disk, path);
            using var hash = new RunningHash();
            return hash.Finish(file, file.Length) == listed.Sha256;
        }
        catch (DiskException)
        {
            // The archive holds the same lines.
            return false;
        }
    }

    private static string PathOf(string directory, ArchivedSegment archived) => Path.Combine(directory, LogNames.TaskLinesOf(archived.Segment.File));

    private static IEnumerable<TaskLine> ReadFile(IDisk disk, string directory, ArchivedSegment archived)
    {
        using var file = ArchiveFile.Open(disk, PathOf(directory, archived));
        var scanner = new LineScanner(file.ReadAt, 0, file.Length);
        while (scanner.MoveNext())
            yield return Parse(scanner.Line, archived);
    }

    private static IEnumerable<TaskLine> ReadArchive(IDisk disk, string directory, ArchivedSegment archived)
    {
        using var file = ArchiveFile.Open(disk, Path.Combine(directory, archived.ArchiveName));
        var segment = new Segment(archived.Stream, archived.Segment.Ordinal, directory, archived.ArchiveName) { Archive = archived };
        segment.Adopt(file);
        var lines = new StretchCursor(disk, [new Stretch(segment, 0, file.Length)]);
        while (lines.MoveNext())
            yield return new TaskLine(lines.Current.Place, lines.Key, lines.Current.Json.ToArray());
    }

    private static TaskLine Parse(ReadOnlySpan<byte> line, ArchivedSegment archived)
    {
        var offset = TakeNumber(ref line);
        var after = TakeNumber(ref line);
        return new TaskLine(new LinePlace(archived.Stream, archived.Segment.Ordinal, offset), after, line.ToArray());
    }

    // The hash of the file was right, so this is what was written.
    private static long TakeNumber(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf(Blank);
        var number = long.Parse(line[..end], NumberStyles.None, CultureInfo.InvariantCulture);
        line = line[(end + 1)..];
        return number;
    }
}
