namespace PipelineMetrics.Aggregation;

/// <summary>
/// Numbers as they come, of any size, and their distribution. Nearly all of them fit into 32 bits and are ranked as durations are, by
/// counting; the few that do not are larger than those, so they are only sorted.
/// </summary>
/// <param name="mostValues">How many will come at most.</param>
internal sealed class NumberSample(int mostValues) : IDisposable
{
    private const uint TooLarge = uint.MaxValue;
    private static readonly int[] Percents = [10, 25, 50, 75, 90];
    private static readonly int[] OneRun = [0];
    private readonly DurationRuns _narrow = new([mostValues]);
    private readonly List<long> _wide = [];

    /// <summary>Adds a number; a negative one is unknown and not added.</summary>
    public void Add(long value)
    {
        if (value < 0) return;
        if (value >= TooLarge) _wide.Add(value);
        _narrow.Values[_narrow.Ends[0]++] = (uint)Math.Min(value, TooLarge);
    }

    public Distribution ToDistribution()
    {
        var count = _narrow.Ends[0];
        if (count == 0) return Distribution.Unknown;
        _narrow.Sums[0] = new Sum(0, count);
        _wide.Sort();
        var found = _narrow.At(OneRun, Percents);
        long At(int i) => found[i] < TooLarge ? found[i] : _wide[(int)DurationRuns.RankOf(Percents[i], count) - (count - _wide.Count) - 1];
        return new Distribution(count, At(0), At(1), At(2), At(3), At(4));
    }

    public void Dispose() => _narrow.Dispose();
}
