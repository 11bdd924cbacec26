namespace PipelineMetrics.Counters;

/// <summary>Which series of a table: the numbers of its label values, in the order of its labels.</summary>
internal readonly record struct SeriesKey(int First, int Second = 0, int Third = 0)
{
    public int this[int index] => index switch { 0 => First, 1 => Second, _ => Third };
}

/// <summary>The series of one counter. Beyond the most that it may have, what is new counts under <see cref="CappedNames.Other"/>.</summary>
/// <param name="labels">By what it counts, at most three.</param>
/// <param name="width">How many numbers a series has.</param>
/// <param name="most">How many series it may have before that.</param>
internal sealed class CounterTable(IReadOnlyList<CounterLabel> labels, int width = 1, int most = int.MaxValue)
{
    private readonly Dictionary<SeriesKey, long[]> _series = [];

    public IReadOnlyList<CounterLabel> Labels => labels;

    public IReadOnlyDictionary<SeriesKey, long[]> Series => _series;

    /// <summary>Adds to a series. It stays at the largest number instead of wrapping.</summary>
    public void Add(SeriesKey key, long more, int index = 0)
    {
        var values = At(key);
        values[index] = more > long.MaxValue - values[index] ? long.MaxValue : values[index] + more;
    }

    /// <summary>Makes a series at least this.</summary>
    public void Raise(SeriesKey key, long value)
    {
        var values = At(key);
        values[0] = Math.Max(values[0], value);
    }

    /// <summary>Puts a number back that was saved.</summary>
    public void Restore(SeriesKey key, int index, long value)
    {
        if (!_series.TryGetValue(key, out var values)) _series[key] = values = new long[width];
        if (index < width) values[index] = value;
    }

    private long[] At(SeriesKey key)
    {
        if (_series.TryGetValue(key, out var values)) return values;
        if (_series.Count >= most && _series.TryGetValue(key = Widened(key), out values)) return values;
        return _series[key] = new long[width];
    }

    private SeriesKey Widened(SeriesKey key) => new(Widened(key, 0), Widened(key, 1), Widened(key, 2));

    private int Widened(SeriesKey key, int index) =>
        index < labels.Count && labels[index] is CounterLabel.Type or CounterLabel.Model or CounterLabel.Harness ? CappedNames.Most : key[index];
}
