using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>
/// What happens between opening and the first commit: read both streams in the order of their numbers, say what is damaged, set a
/// torn tail aside. Runs again without harm after a crash at any point of it.
/// </summary>
internal sealed class Recovery(IDisk disk, string directory, DamageBook book, ILogger logger)
{
    /// <summary>
    /// After a failed sync the old file's pages cannot be trusted: copies what is readable into a new file and uses that.
    /// </summary>
    public void RewriteAfterFailedSync()
    {
        var marker = Path.Combine(directory, LogNames.SyncFailed);
        if (disk.Stat(marker) is null)
            return;
        logger.LogWarning("A sync failed in the last run; the active files of {Directory} are rewritten before use", directory);
        foreach (var stream in LogNames.Streams)
            Rewrite(Path.Combine(directory, LogNames.Active(stream)));

        // If we crash here the rewritten files are rewritten once more.
        disk.Delete(marker);
        disk.SyncDirectory(directory);
    }

    /// <summary>Hands over every good line of both streams, merged by number.</summary>
    /// <param name="events">The stream whose lines come first.</param>
    /// <param name="completions">The other stream.</param>
    /// <param name="highestListed">The highest number the manifest knows of; what is missing up to it is missed, too.</param>
    /// <param name="reader">Receives the lines.</param>
    /// <returns>The highest number seen.</returns>
    public long Merge(StreamCursor events, StreamCursor completions, long highestListed, LineReader reader)
    {
        long last = 0;
        var more = (Events: events.MoveNext(), Completions: completions.MoveNext());
        while (more.Events || more.Completions)
        {
            var takeEvents = more.Events && (!more.Completions || events.Key <= completions.Key);
            var next = takeEvents ? events : completions;
            last = HandOver(next, last, reader);
            if (takeEvents)
                more.Events = next.MoveNext();
            else
                more.Completions = next.MoveNext();
        }

        if (last < highestListed)
            book.AddGap(completions.Segment, completions.GoodEnd, last + 1, highestListed);
        return last;
    }

    private long HandOver(StreamCursor next, long last, LineReader reader)
    {
        if (next.Seq != 0)
        {
            if (next.Seq <= last)
            {
                book.AddRepeated(next.Segment, next.Offset, next.Bytes, next.Seq, last);
                return last;
            }

            if (next.Seq > last + 1)
                book.AddGap(next.Segment, next.Offset, last + 1, next.Seq - 1);
            last = next.Seq;
        }

        reader(next.Current);
        return last;
    }

    private void Rewrite(string path)
    {
        var temporary = path + LogNames.TemporarySuffix;
        if (disk.Stat(path) is { } found)
        {
            bool isWhole;
            using (var source = disk.Open(path, FileUse.Read))
                isWhole = SalvageCopy.Copy(disk, source, found.Length, temporary);
            if (!isWhole)
                SetAside(path);
        }
        else if (disk.Stat(temporary) is null)
        {
            return;
        }

        // If we crash here the old file is still the active one, and the marker makes us begin again.
        disk.Rename(temporary, path);
        disk.SyncDirectory(directory);
    }

    /// <summary>Keeps a file with blocks the disk would not give: another day, or another tool, may still read them.</summary>
    private void SetAside(string path)
    {
        var kept = path + LogNames.UnreadSuffix;
        for (var copy = 2; disk.Stat(kept) is not null; copy++)
            kept = $"{path}{LogNames.UnreadSuffix}-{copy}";
        logger.LogError("{File} could not be read to its end; it is kept as {Kept}, and what could be read is used", path, kept);
        disk.SyncDirectory(directory);
        disk.Rename(path, kept);

        // If we crash here there is no active file, and the whole copy beside it is taken in its place.
        disk.SyncDirectory(directory);
    }
}
