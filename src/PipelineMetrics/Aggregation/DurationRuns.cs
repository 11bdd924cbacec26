using System.Buffers;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// The durations of the rows in question, those of one run side by side, for exact percentiles by nearest rank of any union of runs:
/// the smallest value with at least p of the values at or below it.
/// </summary>
/// <remarks>
/// Ranks are found by counting, not by sorting: one pass over the values of a run gives its counts per bucket, which unions share; a
/// second pass takes the values of the bucket with the rank. 10 million values in 22 groups: 0.1 s, sorting them takes 2. Fewer values
/// are counted in fewer buckets, else looking through the buckets would take longer than looking at the values.
/// </remarks>
internal sealed class DurationRuns : IDisposable
{
    // Below so many values, copying and selecting is cheaper than counting.
    private const int FewValues = 64;
    private const int ManyValues = 16_384;
    private static readonly LogBuckets Buckets = new(6);
    private static readonly LogBuckets WideBuckets = new(3);
    private readonly uint[] _values;
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly int[]?[] _counts;
    private readonly long[] _wideCounts = new long[WideBuckets.Count];
    private uint[] _scratch = ArrayPool<uint>.Shared.Rent(ManyValues);

    /// <param name="sizes">How many values each run will have.</param>
    public DurationRuns(ReadOnlySpan<int> sizes)
    {
        Sums = new Sum[sizes.Length];
        (_starts, _ends, _counts) = (new int[sizes.Length], new int[sizes.Length], new int[]?[sizes.Length]);
        var total = 0;
        for (var run = 0; run < sizes.Length; run++)
        {
            _starts[run] = _ends[run] = total;
            total = checked(total + sizes[run]);
        }
        _values = ArrayPool<uint>.Shared.Rent(Math.Max(1, total));
    }

    /// <summary>Where the next value of each run goes.</summary>
    public int[] Ends => _ends;

    public uint[] Values => _values;

    /// <summary>Sum and count of the known durations of each run.</summary>
    public Sum[] Sums { get; }

    public Sum SumOf(ReadOnlySpan<int> runs)
    {
        var sum = default(Sum);
        foreach (var run in runs) sum = new Sum(sum.Total + Sums[run].Total, sum.Count + Sums[run].Count);
        return sum;
    }

    /// <summary>The values at percentiles from 0 (the smallest) to 100 (the largest) of several runs together.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="percents">The percentiles.</param>
    public uint[] At(ReadOnlySpan<int> runs, ReadOnlySpan<int> percents)
    {
        // Unknown durations are larger than all others, so they never have a rank among the known ones.
        var known = SumOf(runs).Count;
        var found = new uint[percents.Length];
        var size = 0;
        foreach (var run in runs) size += _ends[run] - _starts[run];
        if (size > FewValues)
        {
            var buckets = size > ManyValues ? Buckets : WideBuckets;
            var counts = size > ManyValues ? CountsOf(runs) : WideCountsOf(runs);
            for (var i = 0; i < percents.Length; i++) found[i] = ByCounting(runs, buckets, counts, RankOf(percents[i], known));
            return found;
        }
        var all = Gather(runs, 0, uint.MaxValue, size);
        for (var i = 0; i < percents.Length; i++) found[i] = Selection.At(all, (int)RankOf(percents[i], known) - 1);
        return found;
    }

    public void Dispose()
    {
        ArrayPool<uint>.Shared.Return(_values);
        ArrayPool<uint>.Shared.Return(_scratch);
    }

    /// <summary>The rank of a percentile among so many known values, from 1.</summary>
    public static long RankOf(int percent, long known) => Math.Max(1, ((known * percent) + 99) / 100);

    private uint ByCounting(ReadOnlySpan<int> runs, LogBuckets buckets, long[] counts, long rank)
    {
        var bucket = 0;
        for (; rank > counts[bucket]; bucket++) rank -= counts[bucket];
        var first = buckets.First(bucket);
        return Selection.At(Gather(runs, first, buckets.Width(bucket) - 1, counts[bucket]), (int)rank - 1);
    }

    private long[] WideCountsOf(ReadOnlySpan<int> runs)
    {
        Array.Clear(_wideCounts);
        foreach (var run in runs)
        {
            foreach (var value in ValuesOf(run)) _wideCounts[WideBuckets.Of(value)]++;
        }
        return _wideCounts;
    }

    private long[] CountsOf(ReadOnlySpan<int> runs)
    {
        var counts = new long[Buckets.Count];
        foreach (var run in runs)
        {
            var values = ValuesOf(run);
            if (values.Length < Buckets.Count)
            {
                foreach (var value in values) counts[Buckets.Of(value)]++;
                continue;
            }
            var shared = _counts[run] ??= Count(values);
            for (var bucket = 0; bucket < shared.Length; bucket++) counts[bucket] += shared[bucket];
        }
        return counts;
    }

    private static int[] Count(ReadOnlySpan<uint> values)
    {
        var counts = new int[Buckets.Count];
        foreach (var value in values) counts[Buckets.Of(value)]++;
        return counts;
    }

    /// <summary>The values of the runs from <paramref name="first"/> to <paramref name="span"/> more, which are so many.</summary>
    private Span<uint> Gather(ReadOnlySpan<int> runs, uint first, uint span, long expected)
    {
        if (_scratch.Length <= expected) GrowScratch((int)expected + 1);
        var (scratch, count) = (_scratch, 0);
        foreach (var run in runs)
        {
            // Written always and kept when it is in: a branch that nobody can predict would cost more than the write.
            foreach (var value in ValuesOf(run))
            {
                scratch[count] = value;
                if (value - first <= span) count++;
            }
        }
        return scratch.AsSpan(0, count);
    }

    private ReadOnlySpan<uint> ValuesOf(int run) => _values.AsSpan(_starts[run], _ends[run] - _starts[run]);

    private void GrowScratch(int length)
    {
        ArrayPool<uint>.Shared.Return(_scratch);
        _scratch = ArrayPool<uint>.Shared.Rent(length);
    }
}
