using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// The newest numbered lines, read from the log once for all who follow it, when the first of them asks. Bounded in lines and bytes;
/// nobody listens, nothing is read.
/// </summary>
internal sealed class RecentLines(Journal journal, HistoryHead head)
{
    public const int MostLines = 4096;
    public const int MostBytes = 4 << 20;
    private readonly Lock _lock = new();
    private Tail _tail = new(0, 0, []);
    private Task<Tail>? _reading;

    /// <summary>What comes after a number and is kept; null when the first of it is not kept any more.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public async ValueTask<RecentPart?> AfterAsync(long seq)
    {
        var tail = Volatile.Read(ref _tail);
        if (tail.LastSeq < head.Seq) tail = await ReadOnAsync();
        return tail.After(seq);
    }

    // One reads, however many ask meanwhile.
    private Task<Tail> ReadOnAsync()
    {
        lock (_lock)
        {
            if (_reading is not { IsCompleted: false }) _reading = Task.Run(ReadOn);
            return _reading;
        }
    }

    private Tail ReadOn()
    {
        var tail = Extended(_tail, head.Seq);
        Volatile.Write(ref _tail, tail);
        return tail;
    }

    private Tail Extended(Tail tail, long last)
    {
        var from = Math.Max(tail.LastSeq, last - MostLines);
        var lines = new List<RecentLine>(from == tail.LastSeq ? tail.Lines : []);
        journal.ReadFrom(from + 1, (in StoredLine line) =>
        {
            if (line.Seq > last) return false;
            if (line.IsVerified) lines.Add(new RecentLine(line.Seq, line.Stream, line.Json.ToArray()));
            return true;
        });
        var bytes = lines.Sum(line => (long)line.Json.Length);
        var dropped = 0;
        for (; lines.Count - dropped > MostLines || bytes > MostBytes; dropped++) bytes -= lines[dropped].Json.Length;
        var after = dropped > 0 ? lines[dropped - 1].Seq : from == tail.LastSeq ? tail.AfterSeq : from;
        return new Tail(after, last, [.. lines.Skip(dropped)]);
    }

    /// <summary>All lines after one number up to another; never changes.</summary>
    private sealed record Tail(long AfterSeq, long LastSeq, RecentLine[] Lines)
    {
        public RecentPart? After(long seq)
        {
            if (seq < AfterSeq) return null;
            var (low, high) = (0, Lines.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Lines[middle].Seq <= seq) low = middle + 1;
                else high = middle;
            }
            return new RecentPart(new ArraySegment<RecentLine>(Lines, low, Lines.Length - low), LastSeq);
        }
    }
}

/// <summary>Lines, and the number up to which there are no others.</summary>
internal sealed record RecentPart(IReadOnlyList<RecentLine> Lines, long LastSeq);

/// <summary>A numbered line that many may look at.</summary>
internal sealed record RecentLine(long Seq, LogStream Stream, byte[] Json);
