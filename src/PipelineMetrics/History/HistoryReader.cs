using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// The history of everything that was recorded, both files as one, in the order of the numbers. Reads the log beside the commit
/// thread; any thread. Nothing is shown before it is durable and in the figures.
/// </summary>
public sealed class HistoryReader
{
    private readonly Journal _journal;
    private readonly HistoryHead _head;
    private readonly RecentLines _recent;

    internal HistoryReader(Journal journal, HistoryHead head)
    {
        _journal = journal;
        _head = head;
        _recent = new RecentLines(journal, head);
    }

    /// <summary>The last number that is shown.</summary>
    public long LastSeq => _head.Seq;

    /// <summary>A page of what comes after a position, oldest first.</summary>
    /// <param name="after">The <see cref="HistoryPage.Next"/> of the page before, or any position; the default for the first page.</param>
    /// <param name="filter">Which lines are wanted.</param>
    /// <param name="limit">At most this many lines.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public HistoryPage Forward(HistoryPosition after, HistoryFilter filter, int limit)
    {
        var lines = new List<HistoryLine>();
        var (bytes, examined, reached, more) = (0L, 0, after, false);
        Walk(after.Seq, (HistoryPosition at, in StoredLine line) =>
        {
            if (at <= after) return true;
            more = lines.Count >= limit || bytes >= PageBounds.Bytes || examined >= PageBounds.Examined;
            if (more) return false;
            (reached, examined) = (at, examined + 1);
            if (!filter.Wants(line.Stream, line.Json)) return true;
            lines.Add(new HistoryLine(at, line.Json.ToArray()));
            bytes += line.Json.Length;
            return true;
        });
        return new HistoryPage(lines, more ? reached : null);
    }

    /// <summary>A page of what comes before a position, newest first.</summary>
    /// <param name="before">The <see cref="HistoryPage.Next"/> of the page before, or any position; <see cref="HistoryPosition.End"/> for
    /// the newest.</param>
    /// <param name="filter">Which lines are wanted.</param>
    /// <param name="limit">At most this many lines.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public HistoryPage Backward(HistoryPosition before, HistoryFilter filter, int limit)
    {
        var search = new BackwardSearch(filter, limit);
        while (search.TryNextWindow(before, LastSeq, out var low, out var high))
        {
            Walk(low, (HistoryPosition at, in StoredLine line) =>
            {
                if (at.Seq > high || at >= before) return false;
                search.Look(at, line);
                return true;
            });
            search.CloseWindow();
        }
        return search.ToPage();
    }

    /// <summary>Everything that has been recorded until now, at the pace of who reads.</summary>
    public HistoryScan Scan() => new(_journal.Walk(0), _head.Seq);

    /// <summary>A reader that goes on as things are recorded. Lines without a number are not in it.</summary>
    /// <param name="after">The last number it has had.</param>
    /// <param name="filter">Which lines are wanted.</param>
    /// <param name="skipsWhenSlow">Whether one that cannot keep up is told of a gap, or reads everything however late.</param>
    public HistoryFeed Feed(long after, HistoryFilter filter, bool skipsWhenSlow) => new(_journal, _head, _recent, filter, after, skipsWhenSlow);

    private void Walk(long fromSeq, Visitor visit)
    {
        var last = _head.Seq;
        var at = default(HistoryPosition);
        _journal.ReadFrom(fromSeq, (in StoredLine line) =>
        {
            if (line.Seq > last) return false;
            at = line.IsVerified ? new HistoryPosition(line.Seq) : at with { Unnumbered = at.Unnumbered + 1 };
            return visit(at, line);
        });
    }

    private delegate bool Visitor(HistoryPosition at, in StoredLine line);
}
