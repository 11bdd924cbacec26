namespace PipelineMetrics.Aggregation;

/// <summary>Neighbouring rows of a block.</summary>
internal readonly record struct Stretch(Block Block, int First, int Count);

/// <summary>The rows of one step of a series, as stretches: completions come about in the order of time, so there are few.</summary>
internal readonly struct StepRows(List<Stretch>? stretches) : IRows
{
    public bool IsEmpty => stretches is null;

    public void Walk<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IRowVisitor
    {
        if (stretches is null) return;
        foreach (var (block, first, count) in stretches)
        {
            for (var row = first; row < first + count; row++) visitor.Visit(block, row);
        }
    }
}

/// <summary>Divides rows by step, and counts them by cell on the way.</summary>
/// <param name="edges">The edges of the steps; every row lies between the first and the last.</param>
/// <param name="counts">Rows by cell.</param>
internal struct StepSplit(long[] edges, int[] counts) : IRowVisitor
{
    private readonly List<Stretch>?[] _steps = new List<Stretch>?[edges.Length - 1];
    private Block? _block;
    private int _first;
    private int _next;
    private int _step;
    private long _fromMs = long.MaxValue;
    private long _beforeMs = long.MinValue;

    public void Visit(Block block, int row)
    {
        counts[block.Cells[row]]++;
        var created = block.CreatedMs[row];
        if (block == _block && row == _next && created >= _fromMs && created < _beforeMs)
        {
            _next++;
            return;
        }
        Close();
        if (created < _fromMs || created >= _beforeMs) Find(created);
        (_block, _first, _next) = (block, row, row + 1);
    }

    /// <summary>The rows of each step, when all were visited.</summary>
    public StepRows[] Steps()
    {
        Close();
        return Array.ConvertAll(_steps, stretches => new StepRows(stretches));
    }

    private void Close()
    {
        if (_block is not null) (_steps[_step] ??= []).Add(new Stretch(_block, _first, _next - _first));
        _block = null;
    }

    private void Find(long created)
    {
        var at = Array.BinarySearch(edges, created);
        _step = at >= 0 ? at : ~at - 1;
        (_fromMs, _beforeMs) = (edges[_step], edges[_step + 1]);
    }
}
