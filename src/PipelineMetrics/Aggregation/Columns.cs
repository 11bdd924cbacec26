using System.Collections.Concurrent;
using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>All rows, in blocks that never move; and of a corrected completion, which row counts.</summary>
/// <remarks>One writer. A reader takes <see cref="Published"/> first and looks at no row after it.</remarks>
internal sealed class Columns(int blockRows)
{
    private readonly ConcurrentDictionary<long, long> _supersededBy = new();
    private Block[] _blocks = [];
    private long _published;
    private long _lastAppliedMs = long.MinValue;
    private long _turn;

    /// <summary>How many rows readers may look at.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>How many rows readers may look at, and when the newest of them was applied.</summary>
    public (long Rows, long LastAppliedMs) State
    {
        get
        {
            // The writer makes the turn odd while it changes the two: what was read across a change is read again.
            for (var spin = new SpinWait(); ; spin.SpinOnce())
            {
                var turn = Volatile.Read(ref _turn);
                var state = (Volatile.Read(ref _published), Volatile.Read(ref _lastAppliedMs));
                if (turn % 2 == 0 && turn == Interlocked.CompareExchange(ref _turn, 0, 0)) return state;
            }
        }
    }

    public long MemoryBytes => Volatile.Read(ref _blocks).Sum(b => b.MemoryBytes);

    public ProfileList Profiles { get; } = new();

    public ReworkedTasks Reworked { get; } = new();

    /// <summary>Writes the next row; nobody sees it before <see cref="Publish"/>.</summary>
    public long Write(in CompletionLine line, in CompletionNumbers numbers, long place)
    {
        var row = _published;
        if (row == (long)_blocks.Length * blockRows) Volatile.Write(ref _blocks, [.. _blocks, new Block(blockRows)]);
        BlockOf(row, out var index).Write(index, numbers, Profiles.NumberOf(line), Reworked.HashOf(line), place);
        return row;
    }

    /// <summary>Shows the row that was written to readers.</summary>
    /// <param name="appliedMs">When the service took it.</param>
    public void Publish(long appliedMs)
    {
        Interlocked.Increment(ref _turn);
        _lastAppliedMs = Math.Max(_lastAppliedMs, appliedMs);
        _published++;
        Interlocked.Increment(ref _turn);
    }

    /// <summary>Marks a row as corrected by a row that is about to be published: until then readers go on counting the old one.</summary>
    public void Supersede(long old, long row)
    {
        _supersededBy[old] = row;
        var block = BlockOf(old, out var index);
        block.Marks[index] |= RowMarks.Superseded;
        block.HasSuperseded = true;
    }

    /// <summary>Whether a row that is marked counts all the same for a reader of the first <paramref name="published"/> rows.</summary>
    public bool StillCounts(long row, long published) => _supersededBy[row] >= published;

    /// <summary>The blocks of the first rows, each with the number of its first row and how many of its rows are among them.</summary>
    public IEnumerable<(Block Block, long First, int Rows)> BlocksOf(long rows)
    {
        var blocks = Volatile.Read(ref _blocks);
        for (var i = 0; (long)i * blockRows < rows; i++)
        {
            var first = (long)i * blockRows;
            yield return (blocks[i], first, (int)Math.Min(blockRows, rows - first));
        }
    }

    public Block BlockOf(long row, out int index)
    {
        index = (int)(row % blockRows);
        return _blocks[(int)(row / blockRows)];
    }

    /// <summary>The row of the line at a place.</summary>
    /// <exception cref="ArgumentException">No completion stands there.</exception>
    public long RowAt(long place)
    {
        var (low, high) = (0L, _published - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = BlockOf(middle, out var index).Places[index];
            if (found == place) return middle;
            if (found < place) low = middle + 1;
            else high = middle - 1;
        }
        throw new ArgumentException($"No completion stands at {place}.", nameof(place));
    }

    /// <summary>The newest creation before an instant among the first rows; the smallest number when there is none.</summary>
    public long NewestBefore(long edgeMs, long rows)
    {
        var newest = long.MinValue;
        foreach (var (block, _, count) in BlocksOf(rows))
        {
            if (block.MinCreatedMs >= edgeMs || block.MaxCreatedMs <= newest) continue;
            if (block.MaxCreatedMs < edgeMs && count == block.CreatedMs.Length) newest = block.MaxCreatedMs;
            else newest = Math.Max(newest, NewestIn(block.CreatedMs.AsSpan(0, count), edgeMs));
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
}
