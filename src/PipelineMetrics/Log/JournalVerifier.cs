using Microsoft.Extensions.Logging.Abstractions;

namespace PipelineMetrics.Log;

/// <summary>What a verification found.</summary>
/// <param name="Lines">Good lines, foreign ones included.</param>
/// <param name="ForeignLines">Good lines without number and checksum.</param>
/// <param name="Segments">Files read, archives and the active ones included.</param>
/// <param name="LastSeq">The highest number found.</param>
/// <param name="Damage">What is wrong, in the order found.</param>
public sealed record VerifyReport(long Lines, long ForeignLines, int Segments, long LastSeq, IReadOnlyList<LogDamage> Damage)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Ok => Damage.Count == 0;
}

/// <summary>
/// Reads everything again, archives too, and compares it with what was sealed, hashes included. Read-only, takes no lock, and may run beside a live
/// server: it looks at both files at one moment and leaves out what is being written.
/// </summary>
public static class JournalVerifier
{
    private const int SnapshotAttempts = 20;
    private const int LinesPerReport = 4096;

    /// <summary>Verifies a log directory.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="options">Where the log is.</param>
    /// <param name="progress">Is told now and then how many bytes of lines were read so far; null for nobody.</param>
    /// <returns>The report; damage is never thrown.</returns>
    /// <exception cref="LogFormatException">A newer version wrote the log.</exception>
    /// <exception cref="DiskException">An active file, or a sealed one that is not listed yet, cannot be read.</exception>
    public static VerifyReport Verify(IDisk disk, LogOptions options, Action<long>? progress = null)
    {
        options.Check();
        var directory = Path.GetFullPath(options.Directory);
        using var snapshot = LogSnapshot.TakeStill(disk, directory, SnapshotAttempts);
        return Verify(disk, directory, snapshot, progress);
    }

    private static VerifyReport Verify(IDisk disk, string directory, LogSnapshot snapshot, Action<long>? progress)
    {
        var book = snapshot.Book;
        long lines = 0, foreign = 0, bytes = 0;
        var cursors = Array.ConvertAll(snapshot.Segments, segments => new StreamCursor(disk, segments, book));
        var recovery = new Recovery(disk, directory, book, NullLogger.Instance);
        var last = recovery.Merge(cursors[0], cursors[1], snapshot.Catalog.HighestSeq(), (in StoredLine line) =>
        {
            lines++;
            foreign += line.IsVerified ? 0 : 1;
            bytes += line.Json.Length + 1;
            if (lines % LinesPerReport == 0)
                progress?.Invoke(bytes);
        });
        book.Resolve();
        foreach (var segments in snapshot.Segments)
            CompareHashes(disk, segments, book);
        foreach (var archived in snapshot.Catalog.Archived.Where(a => a.TaskLines is { Bytes: > 0 } && !TaskLines.IsWhole(disk, directory, a)))
            AddTaskLines(archived, book);
        for (var i = 0; i < cursors.Length; i++)
            ReportTail(disk, snapshot.Segments[i][^1], cursors[i], book);
        return new VerifyReport(lines, foreign, snapshot.Segments.Sum(segments => segments.Length), last, Believable(book.Damage, snapshot));
    }

    /// <summary>
    /// Without a quiet moment the two files are of different age: what is missing behind the older one's end says nothing.
    /// </summary>
    private static IReadOnlyList<LogDamage> Believable(IReadOnlyList<LogDamage> found, LogSnapshot snapshot)
    {
        var known = snapshot.Segments[0].Max(segment => segment.LastSeq);
        return snapshot.IsStable ? found : [.. found.Where(d => d.Kind != DamageKind.MissingLines || d.FirstSeq <= known)];
    }

    /// <summary>The hash is the last word on a segment in which nothing else was found.</summary>
    private static void CompareHashes(IDisk disk, IReadOnlyList<Segment> segments, DamageBook book)
    {
        foreach (var segment in segments.Where(s => s.Listed is { } entry && !book.Damage.Any(d => d.File == s.FileName || d.File == entry.File)))
        {
            var found = segment.Hash.Finish(segment.Handle(disk), segment.Length);
            var listed = segment.Listed!;
            if (found == listed.Sha256)
                continue;
            var reason = $"sealed with SHA-256 {listed.Sha256}, found {found}";
            book.Add(new LogDamage(DamageKind.ChangedSegment, listed.File, 0, listed.Bytes, 0, 0, reason, null));
        }
    }

    private static void AddTaskLines(ArchivedSegment archived, DamageBook book)
    {
        var name = LogNames.TaskLinesOf(archived.Segment.File);
        book.Add(new LogDamage(DamageKind.ChangedSegment, name, 0, archived.TaskLines!.Bytes, 0, 0, "not there, or not what was written", null));
    }

    private static void ReportTail(IDisk disk, Segment active, StreamCursor cursor, DamageBook book)
    {
        var bytes = active.Length - cursor.GoodEnd;

        // A file that has grown since has a live writer: what looked torn was a line on its way.
        if (bytes == 0 || active.Handle(disk).Stat().Length != active.Length)
            return;
        book.Add(new LogDamage(DamageKind.TornTail, active.FileName, cursor.GoodEnd, bytes, 0, 0, cursor.TornReason, null));
    }
}
