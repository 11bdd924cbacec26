using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>A completion that finished lately.</summary>
/// <param name="Place">Where it, or the correction that counts for it, stands in the log.</param>
/// <param name="Status">How it ended.</param>
public readonly record struct NewestCompletion(long Place, CompletionStatus Status);

/// <summary>
/// Finds the rows that finished last. Blocks are looked at from the end, and one that holds nothing newer than what was found is passed
/// over, so that it takes as long as looking at the newest block or two.
/// </summary>
internal sealed class NewestRows(Columns columns, long published, int count, bool withCancelled)
{
    // The one that goes first is the oldest of those found; of equal times, the row that was applied first.
    private readonly PriorityQueue<NewestCompletion, (long CreatedMs, long Row)> _found = new(count + 1);

    /// <summary>The newest first.</summary>
    public IReadOnlyList<NewestCompletion> Find()
    {
        foreach (var (block, first, rows) in columns.BlocksOf(published).Reverse())
        {
            if (block.MaxCreatedMs > LeastMs) Look(block, first, rows);
        }
        var newest = new List<NewestCompletion>(_found.Count);
        while (_found.TryDequeue(out var completion, out _)) newest.Add(completion);
        newest.Reverse();
        return newest;
    }

    private long LeastMs => _found.Count == count && _found.TryPeek(out _, out var least) ? least.CreatedMs : long.MinValue;

    private void Look(Block block, long first, int rows)
    {
        var least = LeastMs;
        for (var row = rows - 1; row >= 0; row--)
        {
            // Rows come from the last to the first: one with an equal time was applied before those that were found.
            if (block.CreatedMs[row] <= least || !Counts(block, first, row)) continue;
            _found.Enqueue(new NewestCompletion(block.Places[row], Kind.StatusOf(block.Cells[row] & (Kind.Count - 1))), (block.CreatedMs[row], first + row));
            if (_found.Count > count) _found.Dequeue();
            least = LeastMs;
        }
    }

    private bool Counts(Block block, long first, int row) =>
        (withCancelled || (block.Cells[row] & (Kind.Count - 1)) != Kind.Cancelled)
        && ((block.Marks[row] & RowMarks.Superseded) == 0 || columns.StillCounts(first + row, published));
}
