namespace PipelineMetrics.Aggregation;

/// <summary>
/// Durations with their places, for exact percentiles by nearest rank: the smallest value with at least p of the values at or below it.
/// Among equal durations the oldest place stands for them.
/// </summary>
internal sealed class RankedValues
{
    private uint[] _ms = new uint[16];
    private long[] _places = new long[16];
    private uint[]? _selected;
    private int _count;

    public long Count => _count;

    public long TotalMs { get; private set; }

    public void Add(uint ms, long place)
    {
        if (_count == _ms.Length) Grow(_count * 2);
        _ms[_count] = ms;
        _places[_count++] = place;
        TotalMs += ms;
    }

    public void AddAll(RankedValues others)
    {
        for (var i = 0; i < others._count; i++) Add(others._ms[i], others._places[i]);
    }

    /// <summary>The value at a percentile from 0 (the smallest) to 100 (the largest); null when there is none.</summary>
    public RankedValue? AtRank(int percent)
    {
        if (_count == 0) return null;
        var rank = (int)((((long)_count * percent) + 99) / 100);
        // Selecting moves values about, so it works on a copy; what one selection has sorted helps the next.
        _selected ??= _ms.AsSpan(0, _count).ToArray();
        var ms = Selection.At(_selected, Math.Max(rank, 1) - 1);
        return new RankedValue(ms, OldestWith(ms));
    }

    private long OldestWith(uint ms)
    {
        var oldest = long.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            if (_ms[i] == ms) oldest = Math.Min(oldest, _places[i]);
        }
        return oldest;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _ms, capacity);
        Array.Resize(ref _places, capacity);
    }
}
