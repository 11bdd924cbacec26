using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <content>Looking at a log that another process may be writing.</content>
public sealed partial class Journal
{
    private const int ViewAttempts = 500;
    private readonly LogSnapshot? _view;

    /// <summary>
    /// Opens the log as it is at this moment, to be read only: takes no lock, writes nothing, mends nothing, and never grows. What a
    /// live server is writing just now is left out. Commits are refused; <see cref="JournalStatus.IsView"/> says so.
    /// </summary>
    /// <param name="disk">The file system.</param>
    /// <param name="options">Where; checked here.</param>
    /// <param name="clock">As for <see cref="Open"/>.</param>
    /// <param name="logger">Receives what is damaged.</param>
    /// <returns>The journal, to be replayed.</returns>
    /// <exception cref="LogFormatException">A newer version wrote it.</exception>
    /// <exception cref="DiskException">There is no log, it cannot be read, or its files were never still for a moment.</exception>
    public static Journal View(IDisk disk, LogOptions options, TimeProvider clock, ILogger logger)
    {
        options.Check();
        var directory = Path.GetFullPath(options.Directory);
        if (!disk.List(directory).Any(IsLogFile))
            throw new DiskException(DiskFault.Other, "read the log in", directory, "it holds no metrics.jsonl and no events.jsonl");
        var snapshot = LogSnapshot.TakeStill(disk, directory, ViewAttempts);
        if (!snapshot.IsStable)
        {
            snapshot.Dispose();
            throw new DiskException(DiskFault.Changed, "read the log in", directory, "its files change without a pause; try again");
        }

        var journal = new Journal(disk, options, clock, logger, snapshot, snapshot) { _stopped = "the log was opened for reading only" };
        journal.ShowSnapshot();
        return journal;
    }

    /// <summary>
    /// Replaces a file beside the log that is made of it, and may be made again. Any thread, one at a time. A view does so only where
    /// nobody writes the log.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="DiskException">The disk would not write; the file of before is untouched.</exception>
    /// <exception cref="LogInUseException">This is a view, and somebody writes the log.</exception>
    internal void ReplaceBeside(string name, ReadOnlySpan<byte> content)
    {
        using var held = _view is null ? null : _disk.Lock(Path.Combine(_directory, LogNames.Lock));
        WholeFile.Replace(_disk, _directory, name, content);
    }

    private static bool IsLogFile(string name) => Array.Exists(
        LogNames.Streams, stream => name == LogNames.Active(stream) || LogNames.TryParseSealed(stream, name, out _));

    /// <summary>In a snapshot no file is active: nothing is written behind any of them.</summary>
    private void ShowSnapshot()
    {
        foreach (var log in _streams)
        {
            _catalog.LoadArchivedInto(log);
            log.SetSealed(_view!.Segments[(int)log.Stream].Where(segment => segment.Archive is null));
        }

        DescribeArchives();
    }

    private void OpenStreams(Recovery recovery)
    {
        recovery.RewriteAfterFailedSync();
        foreach (var log in _streams)
        {
            _catalog.LoadInto(log, _book);
            log.OpenActive();
        }
    }

    /// <summary>What follows the last good line is mended by who writes, and not looked at by who does not.</summary>
    private void Assess(StreamLog log, StreamCursor cursor)
    {
        if (_view is null)
            TailMender.Assess(log, cursor);
        else
            log.Sealed[^1].Length = cursor.GoodEnd;
    }
}
