namespace PipelineMetrics.Aggregation;

/// <summary>
/// Where the ranks of a group lie: few durations are kept sorted, many are only counted by bucket, and the bucket is looked into.
/// </summary>
internal sealed class GroupRanks
{
    // Keeping more sorted would cost more per duration than counting; counting fewer would take more memory than they do.
    private const int MostSorted = 4096;
    private const int PageBits = 6;
    private uint[]? _sorted = [];
    private int[]?[]? _pages;
    private int[]? _pageTotals;

    public int Count { get; private set; }

    public void Add(uint ms)
    {
        if (_sorted is not null && Count == MostSorted) CountInstead();
        if (_sorted is null) AddToCounts(ms, 1);
        else Insert(ms);
        Count++;
    }

    public void Remove(uint ms)
    {
        Count--;
        if (_sorted is null) AddToCounts(ms, -1);
        else
        {
            var at = Array.BinarySearch(_sorted, 0, Count + 1, ms);
            Array.Copy(_sorted, at + 1, _sorted, at, Count - at);
        }
        if (Count == 0) (_sorted, _pages, _pageTotals) = ([], null, null);
    }

    /// <summary>The duration at a rank, from 1; or the bucket it lies in and its rank there.</summary>
    public (uint Ms, int Bucket, int Rank) At(int rank)
    {
        if (_sorted is not null) return (_sorted[rank - 1], -1, 0);
        var page = 0;
        for (; rank > _pageTotals![page]; page++) rank -= _pageTotals[page];
        var counts = _pages![page]!;
        var at = 0;
        for (; rank > counts[at]; at++) rank -= counts[at];
        return (0, (page << PageBits) + at, rank);
    }

    private void Insert(uint ms)
    {
        if (Count == _sorted!.Length) Array.Resize(ref _sorted, Math.Max(4, Count * 2));
        var at = Array.BinarySearch(_sorted, 0, Count, ms);
        if (at < 0) at = ~at;
        Array.Copy(_sorted, at, _sorted, at + 1, Count - at);
        _sorted[at] = ms;
    }

    private void CountInstead()
    {
        _pages = new int[]?[DurationBuckets.Buckets.Count >> PageBits];
        _pageTotals = new int[_pages.Length];
        foreach (var ms in _sorted.AsSpan(0, Count)) AddToCounts(ms, 1);
        _sorted = null;
    }

    private void AddToCounts(uint ms, int by)
    {
        var bucket = DurationBuckets.Buckets.Of(ms);
        (_pages![bucket >> PageBits] ??= new int[1 << PageBits])[bucket & ((1 << PageBits) - 1)] += by;
        _pageTotals![bucket >> PageBits] += by;
    }
}
