using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>
/// The durable, ordered history: two files of JSON lines, one count over both. Open, replay once, then commit from one thread;
/// <see cref="TryRead"/>, <see cref="TryFindSeq"/> and <see cref="Status"/> may be called from any thread at any time.
/// </summary>
/// <remarks>
/// Failure policy: a failed write is cut off again and may be retried. A failed sync, a tail that cannot be cut and a file that
/// somebody else changed stop the journal for the life of this process; reads go on, the next start recovers.
/// </remarks>
public sealed partial class Journal : IDisposable
{
    private readonly IDisk _disk;
    private readonly LogOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IDisposable _lock;
    private readonly string _directory;
    private readonly StreamLog[] _streams;
    private readonly CommitBuffer _buffer = new();
    private readonly SegmentCatalog _catalog;
    private readonly Quarantine _quarantine;
    private readonly DamageBook _book;
    private readonly TailMender _mender;
    private readonly ForeignFollower _follower;
    private long _lastSync;
    private bool _isReady;
    private bool _isSettled;
    private string? _stopped;
    private DiskError? _lastWriteError;
    private DiskError? _lastUpkeepError;
    private JournalStatus? _status;

    private Journal(IDisk disk, LogOptions options, TimeProvider clock, ILogger logger, IDisposable heldLock, LogSnapshot? view = null)
    {
        _disk = disk;
        _options = options;
        _clock = clock;
        _logger = logger;
        _lock = heldLock;
        _directory = Path.GetFullPath(options.Directory);
        _streams = Array.ConvertAll(LogNames.Streams, stream => new StreamLog(disk, _directory, stream));
        _view = view;
        _catalog = view?.Catalog ?? new SegmentCatalog(disk, _directory, logger);
        _quarantine = new Quarantine(disk, _directory, clock, logger);
        _book = view?.Book ?? new DamageBook(_quarantine);
        _mender = new TailMender(_quarantine, _book, logger);
        _follower = new ForeignFollower(_book);
    }

    /// <summary>The number the first line of the next commit gets.</summary>
    public long NextSeq { get; private set; } = 1;

    /// <summary>The journal as it was after the last operation.</summary>
    public JournalStatus Status => Volatile.Read(ref _status) ?? Describe();

    /// <summary>Takes the directory, creating it when absent, and checks that this version may write it. Reads no lines.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="options">Where and how; checked here.</param>
    /// <param name="clock">Times of syncs and of names.</param>
    /// <param name="logger">Receives what recovery found.</param>
    /// <returns>The journal; nothing can be committed before <see cref="Replay"/>.</returns>
    /// <exception cref="LogInUseException">Somebody else holds the directory.</exception>
    /// <exception cref="LogFormatException">A newer version wrote it; nothing was touched.</exception>
    /// <exception cref="DiskException">The directory or its lock file cannot be used.</exception>
    public static Journal Open(IDisk disk, LogOptions options, TimeProvider clock, ILogger logger)
    {
        options.Check();
        var directory = Path.GetFullPath(options.Directory);
        disk.CreateDirectory(directory);
        var held = disk.Lock(Path.Combine(directory, LogNames.Lock));
        try
        {
            var journal = new Journal(disk, options, clock, logger, held);
            journal.LoadManifest();
            return journal;
        }
        catch
        {
            // Whatever is wrong with the manifest, the directory must not stay locked by a journal nobody has.
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the whole history once: every good line of both streams in the order of their numbers, a foreign line after the line it
    /// follows in its file. Sets a torn tail aside, notes damage, and leaves the journal ready for commits.
    /// </summary>
    /// <param name="reader">Receives the lines.</param>
    /// <exception cref="DiskException">An active file, or a sealed one that is not listed yet, cannot be opened or read.</exception>
    public void Replay(LineReader reader)
    {
        if (_isReady)
            throw new InvalidOperationException("The journal was replayed already.");
        var recovery = new Recovery(_disk, _directory, _book, _logger);
        if (_view is null)
            OpenStreams(recovery);
        _book.Archived = new ArchivedNumbers(_catalog.Archived);
        var cursors = Array.ConvertAll(_streams, log => new StreamCursor(_disk, [.. log.AllSegments()], _book));
        var last = recovery.Merge(cursors[0], cursors[1], _catalog.HighestSeq(), reader);
        NextSeq = Math.Max(last, _catalog.HighestSeq()) + 1;
        Announce(_book.Resolve());
        for (var i = 0; i < cursors.Length; i++)
            Assess(_streams[i], cursors[i]);
        Array.ForEach(_streams, log => log.CountAgain());
        _isReady = true;
        if (_stopped is null && MakeWritable() is null && Attempt(ListSealed))
            Attempt(RemoveAllLeftOver);
        Publish();
    }

    /// <summary>
    /// Numbers the lines, writes them, checks that the files are still ours, and syncs. The events of a commit are durable before its
    /// completions are written, so that a crash can only cut the end of the count. Takes no cancellation: others share the result.
    /// </summary>
    /// <param name="lines">Events before completions.</param>
    /// <returns>
    /// How many lines are stored and what stopped the rest. A refused line leaves nothing behind, except after a failed sync: then its
    /// fate is known at the next start. <see cref="DiskFault.Changed"/> without <see cref="JournalStatus.Stopped"/> means that another
    /// process appended just now: call <see cref="AdoptForeignLines"/> and commit again.
    /// </returns>
    /// <exception cref="ArgumentException">A completion before an event, or a line over the limit; nothing was written.</exception>
    /// <exception cref="LogStoppedException">The journal has stopped.</exception>
    public CommitOutcome Commit(IReadOnlyList<PendingLine> lines)
    {
        ThrowIfUnusable();
        var all = lines as PendingLine[] ?? [.. lines];
        var events = CountEvents(all);
        var failure = MakeWritable() ?? CommitPart(_streams[0], all.AsSpan(0, events));
        var committed = failure is null ? events : 0;
        if (failure is null)
        {
            failure = CommitPart(_streams[1], all.AsSpan(events));
            committed = failure is null ? all.Length : events;
        }

        if (failure is null)
        {
            _lastWriteError = null;
            _lastUpkeepError = null;
            Attempt(SealFull);
        }

        Publish();
        return new CommitOutcome(committed, failure);
    }

    /// <summary>Call about once a second while idle: syncs what is due, follows what others appended, finishes what was put off.</summary>
    /// <param name="reader">Receives lines appended by others.</param>
    public void Tick(LineReader reader)
    {
        if (!_isReady || _stopped is not null)
            return;
        _lastUpkeepError = null;
        if (IsSyncDue())
            Attempt(SyncActive);
        Follow(reader, mayWait: true);
        Attempt(SealFull);
        if (_lastWriteError is not null && _stopped is null)
            Probe();
        Array.ForEach(_streams, log => Attempt(log.HashAhead));
        Attempt(RemoveOne);
        Publish();
    }

    /// <summary>Call before each commit: hands over the complete lines others appended since; from now on they are followed.</summary>
    /// <remarks>A last line without end gets one here, since ours must not be glued to it; <see cref="Tick"/> waits once.</remarks>
    /// <param name="reader">Receives the lines.</param>
    public void AdoptForeignLines(LineReader reader)
    {
        if (!_isReady || _stopped is not null)
            return;
        if (Follow(reader, mayWait: false))
            Publish();
    }

    /// <summary>Reads one stored line. Any thread.</summary>
    /// <param name="place">A place this journal gave.</param>
    /// <param name="line">The JSON object without line end.</param>
    /// <returns>Whether a good line begins there.</returns>
    /// <exception cref="DiskException">The disk would not read it.</exception>
    public bool TryRead(LinePlace place, out byte[] line)
    {
        line = _streams[(int)place.Stream].Find(place.Segment)?.ReadLine(_disk, place.Offset) ?? [];
        return line.Length > 0;
    }

    /// <summary>Finds a line by its number. Any thread; reads at most 256 lines.</summary>
    /// <param name="stream">The stream to look in.</param>
    /// <param name="seq">The number.</param>
    /// <param name="place">Where it begins.</param>
    /// <returns>Whether this stream holds it.</returns>
    /// <exception cref="DiskException">The disk would not read it.</exception>
    public bool TryFindSeq(LogStream stream, long seq, out LinePlace place)
    {
        var segment = _streams[(int)stream].FindBySeq(seq);
        var offset = segment?.Find(_disk, seq);
        place = offset is { } found ? segment!.PlaceAt(found) : default;
        return offset is not null;
    }

    /// <summary>
    /// Reads the history in the order of its numbers, from one on; sees what was committed when it began. Any thread, beside commits.
    /// Foreign lines come after the line they follow, so stop at a numbered line and go on with its number.
    /// </summary>
    /// <param name="firstSeq">The first number wanted; 0 or 1 for everything.</param>
    /// <param name="visitor">Receives the lines.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public void ReadFrom(long firstSeq, LineVisitor visitor)
    {
        var walk = Walk(firstSeq);
        while (walk.MoveNext() && visitor(walk.Current))
        {
        }
    }

    /// <summary>The same, at the pace of who walks.</summary>
    /// <param name="firstSeq">The first number wanted; 0 or 1 for everything.</param>
    public HistoryWalk Walk(long firstSeq)
    {
        // The end is taken before the lengths: a commit in between must not show its second stream without its first.
        var last = Status.LastSeq;
        return new HistoryWalk(Array.ConvertAll(_streams, log => new HistoryCursor(_disk, [.. log.AllSegments()], firstSeq)), last);
    }

    /// <summary>Syncs what an interval left unsynced, closes the files and gives the directory free.</summary>
    public void Dispose()
    {
        if (_isReady && _stopped is null)
            Attempt(SyncActive);
        Array.ForEach(_streams, log => log.Dispose());
        _lock.Dispose();
    }
}
