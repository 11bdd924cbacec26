using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>Which part of the log counts, and of what left, which ids are still known.</summary>
/// <param name="Archived">Everything that left, oldest first in each stream.</param>
/// <param name="Now">When this was so.</param>
internal sealed record KeptHistory(IReadOnlyList<ArchivedSegment> Archived, DateTimeOffset Now)
{
    /// <summary>How long an id is known at least, whatever leaves: 7 days.</summary>
    public static readonly TimeSpan IdsStay = TimeSpan.FromDays(7);

    private readonly HashSet<(LogStream Stream, int Segment)> _remembered =
        [.. Archived.Where(entry => IsYoung(entry, Now)).Select(entry => (entry.Stream, entry.Segment.Ordinal))];

    private readonly int _firstEvents = FirstAfter(Archived, LogStream.Events);
    private readonly int _firstCompletions = FirstAfter(Archived, LogStream.Completions);

    /// <summary>Where the history that counts begins.</summary>
    public JournalPoint Begin => Journal.Begin(_firstEvents, _firstCompletions);

    /// <summary>What left so lately that its ids are still known.</summary>
    public IEnumerable<ArchivedSegment> Remembered => Archived.Where(entry => _remembered.Contains((entry.Stream, entry.Segment.Ordinal)));

    /// <summary>Everything that happened from here on is in the figures; null when nothing left.</summary>
    public DateTimeOffset? FiguresFrom => ArchiveStatus.FirstWhole(Archived.Where(entry => entry.Stream == LogStream.Completions));

    /// <summary>Whether the line at a place left.</summary>
    public bool HasLeft(LinePlace place) => place.Segment < (place.Stream == LogStream.Events ? _firstEvents : _firstCompletions);

    /// <summary>Whether the id of the line at a place is known.</summary>
    public bool Knows(LinePlace place) => !HasLeft(place) || _remembered.Contains((place.Stream, place.Segment));

    private static int FirstAfter(IReadOnlyList<ArchivedSegment> archived, LogStream stream) =>
        archived.Where(entry => entry.Stream == stream).Select(entry => entry.Segment.Ordinal + 1).DefaultIfEmpty(0).Max();

    // A file without a fact has no id either.
    private static bool IsYoung(ArchivedSegment entry, DateTimeOffset now) => now - entry.NewestRecordedAt < IdsStay;
}
