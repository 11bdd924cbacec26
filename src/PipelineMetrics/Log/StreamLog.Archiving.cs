namespace PipelineMetrics.Log;

/// <content>What leaves the stream.</content>
internal sealed partial class StreamLog
{
    private Segment[] _archived = [];

    /// <summary>What left and can still be read at its places, oldest first.</summary>
    public IReadOnlyList<Segment> Archived => Volatile.Read(ref _archived);

    public void SetArchived(IEnumerable<Segment> segments) => Volatile.Write(ref _archived, [.. segments]);

    /// <summary>Takes sealed segments out of the history; what reads them goes on in their archives.</summary>
    public void MoveToArchive(IReadOnlyDictionary<int, ArchivedSegment> archives)
    {
        var leaving = _sealed.Where(segment => archives.ContainsKey(segment.Ordinal)).ToList();
        FirstFreeOrdinal = NextOrdinal();
        leaving.ForEach(segment => segment.MoveTo(archives[segment.Ordinal]));

        // First into the one list, then out of the other: a place is found in one of them at any moment.
        SetArchived([.. _archived, .. leaving]);
        SetSealed(_sealed.Except(leaving));
    }

    /// <summary>What lies between two places of this stream.</summary>
    public IReadOnlyList<Stretch> Between(LinePlace from, LinePlace to) =>
    [
        .. AllSegments().Where(segment => segment.Ordinal >= from.Segment && segment.Ordinal <= to.Segment).Select(segment => new Stretch(
            segment, segment.Ordinal == from.Segment ? from.Offset : 0, segment.Ordinal == to.Segment ? to.Offset : segment.Length)),
    ];
}
