using System.Collections.Concurrent;
using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// All completions that are kept, as columns, and exact answers from them: nothing is sampled or bucketed. Memory is about 26 bytes a
/// completion, 8 more for each further number that completions of its block say, and one object per distinct combination of dimensions.
/// </summary>
/// <remarks>
/// One thread applies facts. Any number of readers ask without waiting for it and without holding it up: an answer is made of the rows
/// that were applied when the question came, and of a corrected completion either the old row or the new one, never both, never none.
/// </remarks>
public sealed class CompletionTable
{
    private const int DefaultBlockRows = 1 << 16;
    private readonly int _blockRows;
    private readonly ProfileList _profiles = new();
    private readonly ConcurrentDictionary<long, long> _supersededBy = new();
    private readonly Dictionary<long, (long Row, long Revision)> _revised = [];
    private Block[] _blocks = [];
    private long _rows;
    private long _version;
    private long _lastAppliedMs = long.MinValue;

    /// <summary>An empty table.</summary>
    public CompletionTable() : this(DefaultBlockRows)
    {
    }

    internal CompletionTable(int blockRows) => _blockRows = blockRows;

    /// <summary>How many facts were applied; equal after applying the same facts again from the start.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>How many completions there are, corrected ones counted once.</summary>
    public long Count => Interlocked.Read(ref _rows) - _supersededBy.Count;

    /// <summary>Bytes of the columns.</summary>
    public long MemoryBytes => Volatile.Read(ref _blocks).Sum(b => b.MemoryBytes);

    /// <summary>Applies a completion.</summary>
    /// <param name="completion">The completion.</param>
    /// <param name="place">Where it stands in the log; larger from call to call.</param>
    public void Add(Completion completion, long place)
    {
        Write(completion, place);
        Publish(completion);
    }

    /// <summary>Applies a correction. The highest revision counts; one that is not higher than what is known changes no figure.</summary>
    /// <param name="originalPlace">The place of the completion that is corrected.</param>
    /// <param name="revision">The completion as it should be.</param>
    /// <param name="place">Where the correction stands in the log.</param>
    /// <exception cref="ArgumentException">There is no completion at the place that is corrected.</exception>
    public void Revise(long originalPlace, Completion revision, long place)
    {
        var known = _revised.TryGetValue(originalPlace, out var current) ? current : (Row: RowAt(originalPlace), Revision: 0);
        if (revision.Revision <= known.Revision) return;
        var row = Write(revision, place);
        // The old row is marked before the new one is published: a reader that cannot see the new one yet goes on counting the old.
        _supersededBy[known.Row] = row;
        BlockOf(known.Row).Flags[known.Row % _blockRows] |= RowFlags.Superseded;
        _revised[originalPlace] = (row, revision.Revision ?? 1);
        Publish(revision);
    }

    /// <summary>What decides whether an answer about this range can have changed.</summary>
    public MetricsState StateOf(TimeRange range, DateTimeOffset now)
    {
        var version = Version;
        var edge = range.Length is null ? long.MinValue : NewestBefore(range.Bounds(now).FromMs);
        var left = edge == long.MinValue ? long.MinValue : edge + (long)range.Length!.Value.TotalMilliseconds;
        var changed = Math.Max(Interlocked.Read(ref _lastAppliedMs), left);
        return new MetricsState(version, edge, changed == long.MinValue ? now : DateTimeOffset.FromUnixTimeMilliseconds(changed));
    }

    /// <summary>Answers a question from the completions applied so far.</summary>
    public MetricsResult Answer(MetricsQuery query, DateTimeOffset now)
    {
        var state = StateOf(query.Range, now);
        var published = Volatile.Read(ref _rows);
        var scan = new Scan(query, _profiles.Snapshot);
        var (from, before) = query.Range.Bounds(now);
        foreach (var (block, first, rows) in BlocksOf(published))
        {
            if (block.MaxCreatedMs < from || block.MinCreatedMs >= before) continue;
            for (var row = 0; row < rows; row++)
            {
                if (block.CreatedMs[row] < from || block.CreatedMs[row] >= before) continue;
                if ((block.Flags[row] & RowFlags.Superseded) == 0 || _supersededBy[first + row] >= published) scan.Add(block, row);
            }
        }
        return scan.Result(From(query.Range, state), query.Range.Length is null ? query.Range.Until : state.ChangedAt);
    }

    private static DateTimeOffset? From(TimeRange range, MetricsState state) => range.Length is { } length ? state.ChangedAt - length : range.Since;

    /// <summary>The blocks of the first rows, each with the number of its first row and how many of its rows are among them.</summary>
    private IEnumerable<(Block Block, long First, int Rows)> BlocksOf(long rows)
    {
        var blocks = Volatile.Read(ref _blocks);
        for (var i = 0; (long)i * _blockRows < rows; i++)
        {
            var first = (long)i * _blockRows;
            yield return (blocks[i], first, (int)Math.Min(_blockRows, rows - first));
        }
    }

    private long NewestBefore(long edgeMs)
    {
        var newest = long.MinValue;
        foreach (var (block, _, rows) in BlocksOf(Volatile.Read(ref _rows)))
        {
            if (block.MinCreatedMs >= edgeMs || block.MaxCreatedMs <= newest) continue;
            if (block.MaxCreatedMs < edgeMs) newest = Math.Max(newest, block.MaxCreatedMs);
            else newest = Math.Max(newest, NewestIn(block.CreatedMs.AsSpan(0, rows), edgeMs));
        }
        return newest;
    }

    private static long NewestIn(ReadOnlySpan<long> created, long edgeMs)
    {
        var newest = long.MinValue;
        foreach (var ms in created)
        {
            if (ms < edgeMs && ms > newest) newest = ms;
        }
        return newest;
    }

    private long Write(Completion completion, long place)
    {
        var row = _rows;
        if (row == (long)_blocks.Length * _blockRows) Volatile.Write(ref _blocks, [.. _blocks, new Block(_blockRows)]);
        BlockOf(row).Write((int)(row % _blockRows), completion, _profiles.NumberOf(Dimensions.ValuesOf(completion)), place);
        return row;
    }

    private void Publish(Completion completion)
    {
        _lastAppliedMs = Math.Max(_lastAppliedMs, (completion.ReceivedAt ?? completion.CreatedAt).ToUnixTimeMilliseconds());
        Volatile.Write(ref _rows, _rows + 1);
        Interlocked.Increment(ref _version);
    }

    private Block BlockOf(long row) => _blocks[(int)(row / _blockRows)];

    private long RowAt(long place)
    {
        var (low, high) = (0L, _rows - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = BlockOf(middle).Places[middle % _blockRows];
            if (found == place) return middle;
            if (found < place) low = middle + 1;
            else high = middle - 1;
        }
        throw new ArgumentException($"No completion stands at {place}.", nameof(place));
    }
}
