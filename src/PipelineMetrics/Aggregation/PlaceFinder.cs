namespace PipelineMetrics.Aggregation;

/// <summary>Finds the oldest completion with each of the durations that are percentiles, all in one pass.</summary>
internal sealed class PlaceFinder
{
    private const int Flags = 1 << 16;
    private readonly Dictionary<(int Run, uint Ms), long> _oldest = [];

    // Few rows have a wanted duration; most of the others are passed over by one look at a flag.
    private readonly bool[] _wanted = new bool[Flags];

    /// <summary>Asks for the oldest places of a duration.</summary>
    public void Want(uint ms) => _wanted[ms % Flags] = true;

    /// <summary>The oldest place in these runs of a duration that was asked for and occurs in one of them.</summary>
    public long Oldest(ReadOnlySpan<int> runs, uint ms)
    {
        var oldest = long.MaxValue;
        foreach (var run in runs) oldest = Math.Min(oldest, _oldest.GetValueOrDefault((run, ms), long.MaxValue));
        return oldest;
    }

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
            if (!finder._wanted[ms % Flags]) return;
            // The first that comes is the oldest.
            finder._oldest.TryAdd((runs[block.Cells[row]], ms), block.Places[row]);
        }
    }
}
