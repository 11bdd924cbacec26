namespace PipelineMetrics.Aggregation;

/// <summary>Counts rows by cell.</summary>
internal struct RowCounts(int[] counts) : IRowVisitor
{
    public readonly void Visit(Block block, int row) => counts[block.Cells[row]]++;
}

/// <summary>Lays the durations of each run side by side and sums them.</summary>
internal struct DurationPass(int[] runs, DurationRuns durations) : IRowVisitor
{
    private readonly uint[] _values = durations.Values;
    private readonly int[] _ends = durations.Ends;
    private readonly Sum[] _sums = durations.Sums;

    public readonly void Visit(Block block, int row)
    {
        var run = runs[block.Cells[row]];
        if (run < 0) return;
        var ms = block.DurationMs[row];
        _values[_ends[run]++] = ms;
        if (ms == Block.UnknownDuration) return;
        ref var sum = ref _sums[run];
        sum = new Sum(sum.Total + ms, sum.Count + 1);
    }
}
