using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>Numbers that a reader has to do without.</summary>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them.</param>
public sealed record HistoryGap(long From, long To);

/// <summary>What a feed had next. Both empty: there is nothing new.</summary>
/// <param name="Gap">What is left out before the lines; null when nothing is.</param>
/// <param name="Lines">The lines that are wanted, oldest first.</param>
public sealed record FeedPart(HistoryGap? Gap, IReadOnlyList<HistoryLine> Lines);

/// <summary>
/// One reader's way through the history and on along with it, every numbered line once and in order. It reads the log at the reader's
/// own pace and, once it has caught up, what all followers share; it holds no more than one part. A follower who then falls behind
/// what is kept is told of the gap and goes on at the end, or reads the log again. For one caller at a time.
/// </summary>
public sealed class HistoryFeed
{
    private const int PartBytes = 64 << 10;
    private const int PartExamined = 4096;
    private static readonly FeedPart Nothing = new(null, []);
    private readonly Journal _journal;
    private readonly HistoryHead _head;
    private readonly RecentLines _recent;
    private readonly HistoryFilter _filter;
    private readonly bool _skipsWhenSlow;
    private HistoryGap? _unknown;

    internal HistoryFeed(Journal journal, HistoryHead head, RecentLines recent, HistoryFilter filter, long after, bool skipsWhenSlow)
    {
        (_journal, _head, _recent, _filter, _skipsWhenSlow) = (journal, head, recent, filter, skipsWhenSlow);
        var last = head.Seq;
        // The reader has seen more than there is: a backup was restored, or the power took what was not synced.
        if (after > last) _unknown = new HistoryGap(last + 1, after);
        Position = Math.Min(after, last);
    }

    /// <summary>The last number that was read, whether its line was wanted or not.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the reader has once caught up.</summary>
    public bool IsLive { get; private set; }

    /// <summary>What comes next of what is there; at once.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public async ValueTask<FeedPart> ReadAsync()
    {
        if (Interlocked.Exchange(ref _unknown, null) is { } unknown) return new FeedPart(unknown, []);
        IsLive |= Position >= _head.Seq;
        if (Position >= _head.Seq) return Nothing;
        if (await _recent.AfterAsync(Position) is { } recent) return Take(recent);
        return IsLive && _skipsWhenSlow ? Skip() : ReadLog();
    }

    /// <summary>Done when there may be something new.</summary>
    public Task WhenMoreAsync() => _head.WhenBeyondAsync(Position);

    private FeedPart Skip()
    {
        var gap = new HistoryGap(Position + 1, _head.Seq);
        Position = gap.To;
        return new FeedPart(gap, []);
    }

    private FeedPart Take(RecentPart recent)
    {
        var part = new Part(_filter);
        var taken = 0;
        for (; taken < recent.Lines.Count && !part.IsFull; taken++) part.Look(recent.Lines[taken].Stream, recent.Lines[taken].Seq, recent.Lines[taken].Json);
        // A number whose line cannot be read any more is passed over.
        Position = taken < recent.Lines.Count ? recent.Lines[taken - 1].Seq : Math.Max(Position, recent.LastSeq);
        return part.ToFeedPart();
    }

    private FeedPart ReadLog()
    {
        var part = new Part(_filter);
        var last = _head.Seq;
        var reached = last;
        _journal.ReadFrom(Position + 1, (in StoredLine line) =>
        {
            if (line.Seq > last) return false;
            if (line.IsVerified)
            {
                part.Look(line);
                reached = line.Seq;
            }
            return !part.IsFull;
        });
        Position = part.IsFull ? reached : last;
        return part.ToFeedPart();
    }

    /// <summary>Lines until they are enough for one part.</summary>
    private sealed class Part(HistoryFilter filter)
    {
        private readonly List<HistoryLine> _lines = [];
        private long _bytes;
        private int _examined;

        public bool IsFull => _bytes >= PartBytes || _examined >= PartExamined;

        public void Look(in StoredLine line)
        {
            _examined++;
            if (filter.Wants(line.Stream, line.Json)) Add(line.Seq, line.Json.ToArray());
        }

        public void Look(LogStream stream, long seq, byte[] json)
        {
            _examined++;
            if (filter.Wants(stream, json)) Add(seq, json);
        }

        public FeedPart ToFeedPart() => new(null, _lines);

        private void Add(long seq, byte[] json)
        {
            _lines.Add(new HistoryLine(new HistoryPosition(seq), json));
            _bytes += json.Length;
        }
    }
}
