namespace PipelineMetrics.Aggregation;

/// <summary>The rows whose source is none of some.</summary>
/// <param name="columns">All rows.</param>
/// <param name="published">How many of them the reader sees.</param>
/// <param name="without">Sources that do not count.</param>
internal sealed class SourcedRows(Columns columns, long published, IReadOnlyCollection<string> without)
{
    // Taken after the number of rows, so that it holds the profiles of all of them; places behind them are empty.
    private readonly bool[] _counts = Array.ConvertAll(columns.Profiles.Snapshot, profile => profile is not null && !without.Contains(profile[Dimension.Source]));

    /// <summary>How many of these rows completed and failed, cancelled ones left out.</summary>
    public (long Completed, long Failed) Count(in Selected rows)
    {
        var cells = new int[_counts.Length << Kind.Bits];
        var counting = new RowCounts(cells);
        rows.Walk(ref counting);
        var kinds = default(KindCounts);
        for (var cell = 0; cell < cells.Length; cell++)
        {
            if (_counts[cell >> Kind.Bits]) kinds[cell & (Kind.Count - 1)] += cells[cell];
        }
        return (kinds.Completed, kinds.Failed);
    }

    /// <summary>When the newest row finished, cancelled ones included; null when there is none.</summary>
    public DateTimeOffset? LastEnd()
    {
        // Where everything was imported there is nothing to look for.
        if (!_counts.Contains(true)) return null;
        var newest = long.MinValue;
        foreach (var (block, first, rows) in columns.BlocksOf(published).Reverse())
        {
            if (block.MaxCreatedMs > newest) newest = Math.Max(newest, LastIn(block, first, rows, newest));
        }
        return newest == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(newest);
    }

    private long LastIn(Block block, long first, int rows, long newest)
    {
        for (var row = 0; row < rows; row++)
        {
            if (block.CreatedMs[row] > newest && _counts[block.Cells[row] >> Kind.Bits] && Counts(block, first, row)) newest = block.CreatedMs[row];
        }
        return newest;
    }

    private bool Counts(Block block, long first, int row) =>
        (block.Marks[row] & RowMarks.Superseded) == 0 || columns.StillCounts(first + row, published);
}
