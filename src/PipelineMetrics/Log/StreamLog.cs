namespace PipelineMetrics.Log;

/// <summary>Bytes at the end of an active file that must be dealt with before anything is written behind them.</summary>
internal enum TailRepair
{
    None,
    Cut,
    AddLineFeed,
}

/// <summary>
/// One stream: its sealed segments and the active file. Tells written from durable, knows whether the file is still ours, and leaves
/// what to do about a failure to the journal. One thread writes; any thread may look up segments.
/// </summary>
internal sealed partial class StreamLog(IDisk disk, string directory, LogStream stream) : IDisposable
{
    private const long HashAheadBytes = 32 << 20;
    private static readonly byte[] LineFeed = "\n"u8.ToArray();
    private Segment[] _sealed = [];
    private Segment? _active;
    private ILogFile? _file;
    private FileIdentity _identity;
    private Figures? _sealedFigures;

    public LogStream Stream => stream;

    public string ActivePath => Path.Combine(directory, LogNames.Active(stream));

    private string NextPath => ActivePath + ".next";

    public Segment Active => _active!;

    public ILogFile File => _file!;

    public bool HasActive => _file is not null;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Segment> Sealed => _sealed;

    /// <summary>End of what was handed to the operating system and counted.</summary>
    public long WrittenPosition => _active?.Length ?? 0;

    /// <summary>End of what survives a power loss.</summary>
    public long DurablePosition { get; private set; }

    public bool IsDurable => DurablePosition == WrittenPosition;

    /// <summary>What the tail needs; set by recovery.</summary>
    public TailRepair Repair { get; set; }

    /// <summary>Why the tail is torn, for the report.</summary>
    public string TornReason { get; set; } = "";

    /// <summary>Length of the active file itself, whatever of it counts.</summary>
    public long FileLength => _file!.Stat().Length;

    /// <summary>Above every ordinal the manifest ever listed, missing segments included.</summary>
    public int FirstFreeOrdinal { get; set; }

    /// <summary>Length of an unfinished line of somebody else's seen at the last tick; 0 when there was none.</summary>
    public long UnfinishedLength { get; set; }

    public void SetSealed(IEnumerable<Segment> segments)
    {
        Volatile.Write(ref _sealed, [.. segments]);
        CountAgain();
    }

    /// <summary>Opens the active file, creating it when absent; its name is durable only after a sync of the directory.</summary>
    public void OpenActive()
    {
        // A crash or a full disk between the two renames of a seal leaves the new file under its first name.
        if (disk.Stat(ActivePath) is null && disk.Stat(NextPath) is { Length: 0 })
            disk.Rename(NextPath, ActivePath);
        var file = disk.Open(ActivePath, FileUse.Write);
        var segment = new Segment(stream, NextOrdinal(), directory, LogNames.Active(stream));
        segment.Adopt(file);
        _identity = file.Stat();
        segment.Length = _identity.Length;
        DurablePosition = 0;
        _file = file;
        Volatile.Write(ref _active, segment);
    }

    /// <summary>Writes at the written position and leaves the position where it is: the journal decides when the bytes count.</summary>
    public void Flush(ReadOnlySpan<byte> lines) => _file!.WriteAt(lines, WrittenPosition);

    public bool EndsInLineFeed(long length)
    {
        Span<byte> last = stackalloc byte[1];
        return _file!.ReadAt(last, length - 1) == 1 && last[0] == LineFeed[0];
    }

    public void FlushLineFeed(long offset) => _file!.WriteAt(LineFeed, offset);

    /// <summary>Hashes what was flushed and will not be cut back any more; done before the sync, while the disk writes.</summary>
    public void HashFlushed(ReadOnlySpan<byte> flushed) => Active.Hash.Append(WrittenPosition, flushed);

    /// <summary>Counts bytes that are in the file as part of the log.</summary>
    public void Advance(long bytes) => Active.Length += bytes;

    /// <summary>Hashes a part of what an earlier process wrote, so that sealing need not read it all at once.</summary>
    public void HashAhead()
    {
        if (HasActive)
            Active.Hash.CatchUp(File, WrittenPosition, HashAheadBytes);
    }

    /// <summary>Makes everything written durable, with as many bytes more as were flushed but not counted yet.</summary>
    public void Sync(long flushed = 0)
    {
        _file!.Sync();
        DurablePosition = WrittenPosition + flushed;
    }

    /// <summary>Cuts what a failed write left behind, durably; the next line begins where this one would have.</summary>
    /// <exception cref="DiskException">It could not be cut, or somebody else's bytes follow it: the file must not be used.</exception>
    public void CutBack(long attemptedBytes)
    {
        if (_file!.Stat().Length > WrittenPosition + attemptedBytes)
            throw new DiskException(DiskFault.Changed, "cut", ActivePath, "another process wrote behind an unfinished line");

        // If we crash here part of a line is at the end: the next start takes it for a torn tail.
        _file.Truncate(WrittenPosition);
        Sync();
    }

    /// <summary>Whether the name still stands for our file and nothing was cut from it.</summary>
    /// <param name="length">How long the file is.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? FindTampering(out long length)
    {
        var found = disk.Stat(ActivePath);
        length = found?.Length ?? 0;
        if (found is not { } file)
            return $"{ActivePath} was deleted or moved while in use";
        if (!file.IsSameFile(_identity))
            return $"{ActivePath} was replaced by another file while in use";
        if (length < WrittenPosition)
            return $"{ActivePath} was cut from {WrittenPosition} to {length} bytes while in use";
        return length > WrittenPosition && HasHole() ? $"{ActivePath} was cut and written to while in use" : null;
    }

    /// <summary>A file that is cut just before a write, ours or another's, is long enough again; the end of our last line is not there.</summary>
    private bool HasHole()
    {
        try
        {
            return WrittenPosition > 0 && !EndsInLineFeed(WrittenPosition);
        }
        catch (DiskException)
        {
            // A disk that does not give it back says nothing about whether it is there.
            return false;
        }
    }

    /// <summary>
    /// Gives the full active file its final name and starts a new one; names are durable after a sync of the directory. The new file is
    /// made first, so that a full disk only puts the sealing off.
    /// </summary>
    public void Seal()
    {
        disk.Open(NextPath, FileUse.Replace).Dispose();
        var segment = Active;
        var name = LogNames.Sealed(stream, segment.FirstSeq);

        // If we crash here the empty file is left over and used by the next seal.
        disk.Rename(ActivePath, Path.Combine(directory, name));
        segment.Renamed(name);
        _file = null;
        SetSealed([.. _sealed, segment]);

        // Some file systems let one rename overtake another: the empty file must not get the name before the full one has given it up.
        disk.SyncDirectory(directory);

        // If we crash here there is no active file: the next start takes the empty one, and adopts the sealed one by its name.
        OpenActive();
    }

    /// <summary>Whether the sealed name of the active file is still free; nothing is ever overwritten.</summary>
    public bool CanSeal() =>
        Active.FirstSeq != 0 && disk.Stat(Path.Combine(directory, LogNames.Sealed(stream, Active.FirstSeq))) is null;

    public Segment? Find(int ordinal)
    {
        var active = Volatile.Read(ref _active);
        return active?.Ordinal == ordinal ? active
            : Array.Find(Volatile.Read(ref _sealed), segment => segment.Ordinal == ordinal)
            ?? Array.Find(Volatile.Read(ref _archived), segment => segment.Ordinal == ordinal);
    }

    /// <summary>The segment whose numbers include the given one; an archived one if its lines were looked at.</summary>
    public Segment? FindBySeq(long seq) =>
        Archived.Concat(AllSegments()).LastOrDefault(segment => segment.FirstSeq != 0 && segment.FirstSeq <= seq && seq <= segment.LastSeq);

    public IEnumerable<Segment> AllSegments()
    {
        var active = Volatile.Read(ref _active);
        var before = Volatile.Read(ref _sealed);
        return active is null || Array.IndexOf(before, active) >= 0 ? before : before.Append(active);
    }

    /// <summary>The figures; those of sealed segments never change after replay and are added up once per seal.</summary>
    public StreamStatus Describe()
    {
        _sealedFigures ??= Figures.Of(_sealed);

        // Between a seal and a new file that could not be made yet, the last file is sealed already.
        var all = _active is null || !HasActive ? _sealedFigures.Value : _sealedFigures.Value.Plus(_active);
        return new StreamStatus(WrittenPosition, DurablePosition, all.Bytes, all.Lines, all.Foreign, all.Blank, all.Segments);
    }

    /// <summary>Forgets the sum over the sealed segments, whose lines replay has just counted.</summary>
    public void CountAgain() => _sealedFigures = null;

    public void Dispose()
    {
        foreach (var segment in AllSegments().Concat(Archived))
            segment.Dispose();
    }

    private int NextOrdinal() => _sealed.Length == 0 ? FirstFreeOrdinal : Math.Max(FirstFreeOrdinal, _sealed.Max(s => s.Ordinal) + 1);

    private readonly record struct Figures(long Bytes, long Lines, long Foreign, long Blank, int Segments)
    {
        public static Figures Of(IEnumerable<Segment> segments) =>
            segments.Aggregate(default(Figures), (sum, segment) => sum.Plus(segment));

        public Figures Plus(Segment segment) => new(
            Bytes + segment.Length, Lines + segment.Lines, Foreign + segment.ForeignLines, Blank + segment.BlankLines, Segments + 1);
    }
}
