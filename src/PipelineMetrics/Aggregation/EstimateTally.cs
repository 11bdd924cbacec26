namespace PipelineMetrics.Aggregation;

/// <summary>Sums of an estimated number and of what it came to, over a run.</summary>
internal struct EstimateTally
{
    private Int128 _estimated;
    private Int128 _actual;

    /// <summary>Attempts that say both.</summary>
    public long Count { get; private set; }

    /// <summary>Those of them that came to more than nothing, so that the error has a percentage.</summary>
    public int Judged { get; private set; }

    public void Add(long estimated, long actual)
    {
        _estimated += estimated;
        _actual += actual;
        Count++;
        if (actual > 0) Judged++;
    }

    public void Add(in EstimateTally part)
    {
        _estimated += part._estimated;
        _actual += part._actual;
        Count += part.Count;
        Judged += part.Judged;
    }

    public readonly EstimateError ToError(long? median) =>
        new(Count, (long)Int128.Min(_estimated, long.MaxValue), (long)Int128.Min(_actual, long.MaxValue), median);
}
