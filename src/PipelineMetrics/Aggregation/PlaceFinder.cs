namespace PipelineMetrics.Aggregation;

/// <summary>Finds the oldest completion with each of the durations that are percentiles, all in one pass.</summary>
internal sealed class PlaceFinder
{
    private const int FilterBits = 1 << 16;
    private readonly Dictionary<(int Run, uint Ms), long> _oldest = [];

    // Few rows have a wanted duration; the others are passed over by one look at a bit.
    private readonly bool[] _wanted = new bool[FilterBits];

    /// <summary>Asks for the oldest place of a duration in these runs.</summary>
    public void Want(IReadOnlyList<int> runs, uint ms)
    {
        foreach (var run in runs) _oldest.TryAdd((run, ms), long.MaxValue);
        _wanted[ms % FilterBits] = true;
    }

    /// <summary>The oldest place of a duration that was asked for.</summary>
    public long Oldest(IReadOnlyList<int> runs, uint ms) => runs.Min(run => _oldest[(run, ms)]);

    public void Find<TRows>(in TRows rows, int[] runs)
        where TRows : struct, IRows
    {
        var pass = new Pass(this, runs);
        rows.Walk(ref pass);
    }

    private readonly struct Pass(PlaceFinder finder, int[] runs) : IRowVisitor
    {
        public void Visit(Block block, int row)
        {
            var ms = block.DurationMs[row];
            if (!finder._wanted[ms % FilterBits]) return;
            var key = (runs[block.Cells[row]], ms);
            if (finder._oldest.TryGetValue(key, out var oldest) && oldest == long.MaxValue) finder._oldest[key] = block.Places[row];
        }
    }
}
