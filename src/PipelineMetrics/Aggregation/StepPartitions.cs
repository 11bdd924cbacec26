namespace PipelineMetrics.Aggregation;

/// <summary>
/// Divides the rows of one step after another as all rows together are divided, looking only at what occurs in the step: many short
/// steps cost about as much as one long one, however many values there are.
/// </summary>
internal sealed class StepPartitions
{
    private readonly Partition _whole;
    private readonly string?[][] _values;
    private readonly int[] _runs;
    private readonly int[] _counts;

    // The number in the step of each run of the whole plus one; 0 does not occur in it.
    private readonly int[] _numbers;
    private readonly List<int> _cells = [];
    private readonly List<int> _used = [];

    /// <param name="whole">The partition of all rows.</param>
    /// <param name="cells">How many cells there are.</param>
    public StepPartitions(Partition whole, int cells)
    {
        (_whole, _runs, _counts, _numbers) = (whole, new int[cells], new int[cells], new int[whole.Count]);
        _values = [.. Enumerable.Range(0, whole.Dimensions.Count).Select(ValuesOfRuns)];
    }

    /// <summary>The partition of a step and how the attempts of each of its runs ended; it holds until the next is made.</summary>
    public (Partition Partition, KindCounts[] Kinds) Of(in StepRows rows)
    {
        var counting = new CellsThatOccur(_counts, _cells);
        rows.Walk(ref counting);
        foreach (var cell in _cells) _runs[cell] = NumberOf(_whole.Runs[cell]);
        var kinds = new KindCounts[_used.Count];
        foreach (var cell in _cells)
        {
            if (_runs[cell] is >= 0 and var run) kinds[run][cell & (Kind.Count - 1)] += _counts[cell];
            _counts[cell] = 0;
        }
        var partition = new Partition(_whole.Dimensions, _runs, _used.Count, [.. _values.Select(RunsOfValue)]);
        foreach (var run in _used) _numbers[run] = 0;
        _cells.Clear();
        _used.Clear();
        return (partition, kinds);
    }

    private int NumberOf(int run)
    {
        if (run == Partition.NotInQuestion) return run;
        if (_numbers[run] == 0)
        {
            _used.Add(run);
            _numbers[run] = _used.Count;
        }
        return _numbers[run] - 1;
    }

    private string?[] ValuesOfRuns(int dimension)
    {
        var values = new string?[_whole.Count];
        foreach (var (value, runs) in _whole.Values(dimension)) runs.ForEach(run => values[run] = value);
        return values;
    }

    private Dictionary<string, List<int>> RunsOfValue(string?[] values)
    {
        var runs = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var number = 0; number < _used.Count; number++)
        {
            if (values[_used[number]] is not { } value) continue;
            if (!runs.TryGetValue(value, out var of)) runs.Add(value, of = []);
            of.Add(number);
        }
        return runs;
    }

    /// <summary>Counts rows by cell and notes the cells that have any.</summary>
    private readonly struct CellsThatOccur(int[] counts, List<int> cells) : IRowVisitor
    {
        public void Visit(Block block, int row)
        {
            var cell = block.Cells[row];
            if (counts[cell]++ == 0) cells.Add(cell);
        }
    }
}
