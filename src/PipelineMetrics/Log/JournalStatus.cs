namespace PipelineMetrics.Log;

/// <summary>The journal at one moment; never changes.</summary>
public sealed record JournalStatus
{
    /// <summary>The highest number given so far; 0 when none was.</summary>
    public required long LastSeq { get; init; }

    /// <summary>The stream of lifecycle events.</summary>
    public required StreamStatus Events { get; init; }

    /// <summary>The stream of completions.</summary>
    public required StreamStatus Completions { get; init; }

    /// <summary>Damage found at start and since, the first thousand findings.</summary>
    public required IReadOnlyList<LogDamage> Damage { get; init; }

    /// <summary>How many findings there are in all.</summary>
    public required long DamageCount { get; init; }

    /// <summary>Why this process writes no more; null while it does.</summary>
    public string? Stopped { get; init; }

    /// <summary>The error of the last write; null after a good commit, or when writing was found to work again.</summary>
    public DiskError? LastWriteError { get; init; }

    /// <summary>
    /// What could not be done beside the commits, such as sealing a full file, and is tried again; null when all is done.
    /// </summary>
    public DiskError? LastUpkeepError { get; init; }

    /// <summary>What left the log.</summary>
    public ArchiveStatus Archive { get; init; } = ArchiveStatus.Empty;

    /// <summary>Whether the log was opened to be looked at: it is as it was at that moment, and nothing is written.</summary>
    public bool IsView { get; init; }

    /// <summary>The figures of one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns><see cref="Events"/> or <see cref="Completions"/>.</returns>
    public StreamStatus Of(LogStream stream) => stream == LogStream.Events ? Events : Completions;
}

/// <summary>The figures of one stream.</summary>
/// <param name="WrittenPosition">End of what was handed to the operating system, in bytes of the active file.</param>
/// <param name="DurablePosition">End of what survives a power loss, in bytes of the active file.</param>
/// <param name="Bytes">Size of all its files together.</param>
/// <param name="Lines">Good lines in all its files, foreign ones included.</param>
/// <param name="ForeignLines">Good lines somebody else wrote.</param>
/// <param name="BlankLines">Empty lines, skipped.</param>
/// <param name="Segments">Its files, the active one included.</param>
public sealed record StreamStatus(
    long WrittenPosition, long DurablePosition, long Bytes, long Lines, long ForeignLines, long BlankLines, int Segments);

/// <summary>What left the log and is kept in archives.</summary>
/// <param name="Segments">How many files left.</param>
/// <param name="Lines">Good lines in them.</param>
/// <param name="Bytes">Their size as they were.</param>
/// <param name="ArchiveBytes">Size of their archives.</param>
/// <param name="LastSeq">The highest number that left; 0 when none did.</param>
/// <param name="Before">Everything that happened at this time or later is still in the log; null when nothing left.</param>
/// <param name="CarriedOver">Sums over what left, by name.</param>
public sealed record ArchiveStatus(
    int Segments, long Lines, long Bytes, long ArchiveBytes, long LastSeq, DateTimeOffset? Before, IReadOnlyDictionary<string, long> CarriedOver)
{
    /// <summary>Nothing left.</summary>
    public static ArchiveStatus Empty { get; } = new(0, 0, 0, 0, 0, null, new Dictionary<string, long>());

    internal static ArchiveStatus Of(IReadOnlyList<ArchivedSegment> archived, IReadOnlyDictionary<string, long> carriedOver) => archived.Count == 0 ? Empty : new(
        archived.Count,
        archived.Sum(entry => entry.Segment.Lines),
        archived.Sum(entry => entry.Segment.Bytes),
        archived.Sum(entry => entry.ArchiveBytes),
        archived.Max(entry => entry.Segment.LastSeq),
        FirstWhole(archived),
        carriedOver);

    /// <summary>The first instant from which on nothing is archived; null when no fact is.</summary>
    internal static DateTimeOffset? FirstWhole(IEnumerable<ArchivedSegment> archived) =>
        archived.Max(entry => entry.NewestFactAt) is { } newest && newest < DateTimeOffset.MaxValue.AddMilliseconds(-1) ? newest.AddMilliseconds(1) : null;
}

/// <summary>A refused write, for status pages.</summary>
/// <param name="Fault">The kind.</param>
/// <param name="Operation">What was tried.</param>
/// <param name="File">On which file.</param>
/// <param name="Message">For people.</param>
/// <param name="At">When, UTC.</param>
public sealed record DiskError(DiskFault Fault, string Operation, string File, string Message, DateTimeOffset At);

/// <summary>What became of a commit.</summary>
/// <param name="Committed">How many lines, from the first, are stored (and durable, unless syncs have an interval).</param>
/// <param name="Failure">Why the rest is not; null when all are.</param>
public readonly record struct CommitOutcome(int Committed, DiskException? Failure);
