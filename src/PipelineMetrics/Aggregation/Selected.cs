namespace PipelineMetrics.Aggregation;

/// <summary>Does something with a row.</summary>
internal interface IRowVisitor
{
    void Visit(Block block, int row);
}

/// <summary>Rows that can be walked as often as needed, in the order of the log.</summary>
internal interface IRows
{
    /// <summary>A visitor that is a struct is compiled into the loop.</summary>
    void Walk<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IRowVisitor;
}

/// <summary>The rows of a time range that count for a reader.</summary>
/// <param name="columns">The rows.</param>
/// <param name="published">How many of them the reader sees.</param>
/// <param name="fromMs">The first instant that is in.</param>
/// <param name="beforeMs">The first instant that is out again.</param>
internal readonly struct Selected(Columns columns, long published, long fromMs, long beforeMs) : IRows
{
    /// <summary>The tasks whose work had been done again when the reader came.</summary>
    public Reworks Reworks { get; } = columns.Reworked.Now;

    public void Walk<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IRowVisitor
    {
        foreach (var (block, first, rows) in columns.BlocksOf(published))
        {
            if (block.MaxCreatedMs < fromMs || block.MinCreatedMs >= beforeMs) continue;
            var isWhole = block.MinCreatedMs >= fromMs && block.MaxCreatedMs < beforeMs && !block.HasSuperseded;
            for (var row = 0; row < rows; row++)
            {
                if (isWhole || Counts(block, first, row)) visitor.Visit(block, row);
            }
        }
    }

    /// <summary>When the oldest row in range finished; the largest number when there is none.</summary>
    public long OldestMs()
    {
        var oldest = long.MaxValue;
        foreach (var (block, _, rows) in columns.BlocksOf(published))
        {
            if (block.MaxCreatedMs < fromMs || block.MinCreatedMs >= Math.Min(oldest, beforeMs)) continue;
            foreach (var created in block.CreatedMs.AsSpan(0, rows))
            {
                if (created >= fromMs && created < oldest) oldest = created;
            }
        }
        return oldest;
    }

    private bool Counts(Block block, long first, int row) =>
        block.CreatedMs[row] >= fromMs && block.CreatedMs[row] < beforeMs
        && ((block.Marks[row] & RowMarks.Superseded) == 0 || columns.StillCounts(first + row, published));
}
