using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>Lets sealed segments leave a journal, step by step as a compaction does.</summary>
internal static class Leaving
{
    /// <summary>The oldest sealed segments of a stream leave.</summary>
    /// <returns>What left.</returns>
    public static IReadOnlyList<ArchivedSegment> Leave(this Journal journal, LogStream stream, int segments = int.MaxValue)
    {
        var leaving = journal.Kept(stream).Where(segment => segment.Listed is not null).Take(segments).Select(segment => Pack(journal, segment)).ToList();
        if (leaving.Count == 0)
            return [];
        journal.Archive([.. journal.Archived, .. leaving], new Dictionary<string, long> { ["left"] = journal.Archived.Count + leaving.Count });
        while (journal.RemoveLeftOver())
            continue;
        return leaving;
    }

    /// <summary>Makes the archive; nothing leaves yet.</summary>
    public static ArchivedSegment Pack(Journal journal, Segment segment)
    {
        var facts = new SegmentFacts();
        journal.ReadSegment(segment, facts.Add);
        return TryPack(journal, segment, out var refusal, facts).ShouldNotBeNull(refusal);
    }

    public static ArchivedSegment? TryPack(Journal journal, Segment segment, out string? refusal, SegmentFacts? facts = null) =>
        journal.TryPack(segment, facts ?? new SegmentFacts(), IsNeeded, CancellationToken.None, out refusal);

    // Some lines of completions, so that there is something beside their archives; and beside those of events nothing, as it is.
    private static bool IsNeeded(in StoredLine line) => line.Stream == LogStream.Completions && line.Seq % 7 == 3;
}
