using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <content>How sealed segments leave. Packing and checking happen beside the commits, the switch and the removal between them.</content>
public sealed partial class Journal
{
    private readonly Queue<string> _leftOver = [];
    private ArchiveStatus _archiveStatus = ArchiveStatus.Empty;

    /// <summary>Everything that left, oldest first in each stream. Any thread.</summary>
    internal IReadOnlyList<ArchivedSegment> Archived => _catalog.Archived;

    /// <summary>Sums over what left, by name, as <see cref="Archive"/> was given them.</summary>
    internal IReadOnlyDictionary<string, long> CarriedOver => _catalog.CarriedOver;

    /// <summary>The sealed segments of a stream, oldest first, and after them the active one. Any thread.</summary>
    internal IReadOnlyList<Segment> Kept(LogStream stream) => [.. _streams[(int)stream].AllSegments()];

    /// <summary>How far the log is written. The commit thread, between two commits.</summary>
    internal JournalPoint End => new(EndOf(_streams[0]), EndOf(_streams[1]), NextSeq - 1);

    /// <summary>The begin of the history, given the first segments that stay.</summary>
    internal static JournalPoint Begin(int firstEvents, int firstCompletions) =>
        new(new LinePlace(LogStream.Events, firstEvents, 0), new LinePlace(LogStream.Completions, firstCompletions, 0), 0);

    /// <summary>Hands over what a replay would of the history between two moments. Any thread, beside commits.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    internal void Read(JournalPoint from, JournalPoint to, LineReader reader)
    {
        var last = from.LastSeq;
        var cursors = Array.ConvertAll(_streams, log => new StretchCursor(_disk, log.Between(from.Of(log.Stream), to.Of(log.Stream))));
        var more = Array.ConvertAll(cursors, cursor => cursor.MoveNext());
        while (more[0] || more[1])
        {
            var next = more[0] && (!more[1] || cursors[0].Key <= cursors[1].Key) ? 0 : 1;
            var line = cursors[next].Current;
            if (line.Seq == 0 || line.Seq > last)
                reader(line);
            last = Math.Max(last, line.Seq);
            more[next] = cursors[next].MoveNext();
        }
    }

    /// <summary>
    /// Hands over the good lines of the completions from a place on, in the order of their files, and of what left meanwhile from its
    /// archives. Any thread, beside commits.
    /// </summary>
    /// <returns>Where to go on: after the last line, or at the one at which the visitor had enough.</returns>
    /// <exception cref="DiskException">The disk would not read.</exception>
    internal LinePlace ReadCompletions(LinePlace from, LineVisitor visitor)
    {
        var log = _streams[(int)LogStream.Completions];

        // In this order: what moves from the one list to the other is in both before it is in one.
        var kept = log.AllSegments().ToList();
        var left = log.Archived.Where(segment => segment.Ordinal >= from.Segment && !kept.Exists(other => other.Ordinal == segment.Ordinal));
        foreach (var segment in left.Concat(kept.Where(segment => segment.Ordinal >= from.Segment)))
        {
            var stretch = new Stretch(segment, segment.Ordinal == from.Segment ? from.Offset : 0, segment.Length);
            var lines = new StretchCursor(_disk, [stretch]);
            while (lines.MoveNext())
            {
                if (!visitor(lines.Current))
                    return lines.Current.Place;
            }

            from = segment.PlaceAt(stretch.To);
        }

        return from;
    }

    /// <summary>Hands over the good lines of one segment, archived or not. Any thread.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="reader">Receives the lines.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    internal void ReadSegment(Segment segment, LineReader reader)
    {
        var lines = new StretchCursor(_disk, [new Stretch(segment, 0, segment.Length)]);
        while (lines.MoveNext())
            reader(lines.Current);
    }

    /// <summary>Hands over the good lines of an archived segment. In a start they can be found by their numbers again after that.</summary>
    /// <exception cref="DiskException">The archive cannot be read.</exception>
    internal void ReadArchived(ArchivedSegment archived, LineReader reader)
    {
        var segment = _streams[(int)archived.Stream].Find(archived.Segment.Ordinal)!;
        ReadSegment(segment, (in StoredLine line) =>
        {
            if (!_isReady)
                segment.Count(line.Seq, line.Place.Offset);
            reader(line);
        });
    }

    /// <summary>The lines of an archived segment that tasks still need.</summary>
    /// <exception cref="DiskException">They cannot be read.</exception>
    internal IEnumerable<TaskLine> TaskLinesOf(ArchivedSegment archived) =>
        archived.TaskLines is null ? [] : TaskLines.Read(_disk, _directory, archived);

    /// <summary>Makes and verifies the archive of a sealed segment, which stays until <see cref="Archive"/>. Any one thread.</summary>
    /// <returns>The entry; null when it must stay, and why.</returns>
    /// <exception cref="DiskException">Something could not be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    internal ArchivedSegment? TryPack(
        Segment segment, SegmentFacts facts, LineVisitor isNeeded, CancellationToken stopping, out string? refusal) =>
        new Archiver(_disk, _directory, stopping).TryArchive(segment, facts, isNeeded, out refusal);

    /// <summary>Seals both active files, whatever their size, unless they are empty. The commit thread, between two commits.</summary>
    /// <exception cref="DiskException">It could not be done now.</exception>
    /// <exception cref="LogStoppedException">The journal has stopped.</exception>
    internal void Seal() => Between(() =>
    {
        if (MakeWritable() is { } problem)
            throw problem;
        SealFrom(1);
    });

    /// <summary>
    /// Lists segments as archived, durably, and takes them out of the history. Their files are removed by <see cref="RemoveLeftOver"/>.
    /// The commit thread, between two commits.
    /// </summary>
    /// <param name="archived">Everything that left, and what leaves now, whose archives are durable and verified.</param>
    /// <param name="carriedOver">Sums over all of it.</param>
    /// <exception cref="DiskException">It is not known to be listed; everything is served as before.</exception>
    /// <exception cref="LogStoppedException">The journal has stopped.</exception>
    internal void Archive(IReadOnlyList<ArchivedSegment> archived, IReadOnlyDictionary<string, long> carriedOver) => Between(() =>
    {
        var unneeded = Archived.Where(entry => entry.TaskLines is not null).Select(entry => LogNames.TaskLinesOf(entry.Segment.File))
            .Except(archived.Where(entry => entry.TaskLines is not null).Select(entry => LogNames.TaskLinesOf(entry.Segment.File))).ToList();
        _catalog.Archive(archived, carriedOver);
        DescribeArchives();

        // If we crash here the files are listed as archived and still there: the next start removes them.
        foreach (var log in _streams)
        {
            var entries = archived.Where(entry => entry.Stream == log.Stream).ToDictionary(entry => entry.Segment.Ordinal);
            foreach (var segment in log.Sealed.Where(segment => entries.ContainsKey(segment.Ordinal)))
                _leftOver.Enqueue(segment.FileName);
            log.MoveToArchive(entries);
        }

        unneeded.ForEach(_leftOver.Enqueue);
    });

    /// <summary>Removes one file that left, and with the last makes that durable. The commit thread, between two commits.</summary>
    /// <returns>Whether there are more.</returns>
    /// <exception cref="DiskException">It could not be removed; tried again by <see cref="Tick"/>.</exception>
    /// <exception cref="LogStoppedException">The journal has stopped.</exception>
    internal bool RemoveLeftOver()
    {
        Between(RemoveOne);
        return _leftOver.Count > 0;
    }

    /// <summary>What a disk did to work beside the commits: one that failed to sync can no longer be believed. The commit thread.</summary>
    internal void Report(DiskException problem) => Attempt(() => throw problem);

    private static LinePlace EndOf(StreamLog log)
    {
        var last = log.AllSegments().Last();
        return last.PlaceAt(last.Length);
    }

    private void Between(Action work)
    {
        ThrowIfUnusable();
        try
        {
            work();
        }
        catch (DiskException problem)
        {
            StopIfUnbelievable(problem);
            throw;
        }
        finally
        {
            Publish();
        }
    }

    private void RemoveOne()
    {
        if (!_leftOver.TryPeek(out var name))
            return;
        var path = Path.Combine(_directory, name);
        if (IsWhatLeft(name))
        {
            _disk.Delete(path);
            _logger.LogInformation("Removed {File}, which is not needed any more", name);
        }

        _leftOver.Dequeue();

        // If we crash here the name may be there again: the next start removes it.
        _disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>A start after a crash between the switch and the removal: what is archived and still there goes.</summary>
    private void FindLeftOver()
    {
        foreach (var entry in _catalog.Archived.Where(entry => _disk.Stat(Path.Combine(_directory, entry.Segment.File)) is not null))
            _leftOver.Enqueue(entry.Segment.File);
    }

    /// <summary>Whether a file may go: its archive is there, and nobody has appended to it since it was sealed.</summary>
    private bool IsWhatLeft(string name)
    {
        if (_catalog.Archived.FirstOrDefault(entry => entry.Segment.File == name) is not { } archived)
            return true;
        var isWhole = _disk.Stat(Path.Combine(_directory, archived.ArchiveName))?.Length == archived.ArchiveBytes;
        if (isWhole && (_disk.Stat(Path.Combine(_directory, name))?.Length ?? archived.Segment.Bytes) == archived.Segment.Bytes)
            return true;
        _logger.LogError("{File} is listed as archived, but it or {Archive} is not what was written; both are left alone", name, archived.ArchiveName);
        return false;
    }

    // Once, not with every commit.
    private void DescribeArchives() => _archiveStatus = ArchiveStatus.Of(_catalog.Archived, _catalog.CarriedOver);

    private void RemoveAllLeftOver()
    {
        FindLeftOver();
        while (_leftOver.Count > 0)
            RemoveOne();
    }
}
