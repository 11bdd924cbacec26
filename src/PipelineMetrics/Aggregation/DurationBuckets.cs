namespace PipelineMetrics.Aggregation;

/// <summary>
/// The durations in a rolling window by bucket, each with the number of the combination it belongs to. Durations leave about in the
/// order in which they came, so each bucket is a queue and what leaves stands near its head.
/// </summary>
internal sealed class DurationBuckets
{
    /// <summary>1,024 buckets an octave: with fewer a rank is searched among more values, with more the counts leave the cache.</summary>
    public static readonly LogBuckets Buckets = new(10);

    private const int WidestCounted = 1024;
    private readonly ChunkPool _pool = new();
    private readonly ChunkQueue[] _queues = new ChunkQueue[Buckets.Count];
    private readonly int[] _counts = new int[WidestCounted];
    private uint[] _scratch = new uint[1024];

    public void Add(uint ms, int combination) => _queues[Buckets.Of(ms)].Add(_pool, Entry(ms, combination));

    public void Remove(uint ms, int combination) => _queues[Buckets.Of(ms)].Remove(_pool, Entry(ms, combination));

    public void Clear()
    {
        Array.Clear(_queues);
        _pool.Clear();
    }

    /// <summary>The duration at a rank, from 1, among those of a bucket that belong to a group.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="rank">The rank within the bucket and the group.</param>
    /// <param name="groups">The group of each combination; empty when all belong.</param>
    /// <param name="group">The group.</param>
    public uint AtRank(int bucket, int rank, ReadOnlySpan<int> groups, int group)
    {
        var queue = _queues[bucket];
        if (Buckets.Width(bucket) > WidestCounted) return Selection.At(Gather(queue, groups, group), rank - 1);
        var first = Buckets.First(bucket);
        var counts = _counts.AsSpan(0, (int)Buckets.Width(bucket));
        counts.Clear();
        for (var at = queue.Head; at != queue.Tail;)
        {
            var part = _pool.Part(ref at, queue.Tail);
            if (groups.IsEmpty) Count(part, first, counts);
            else Count(part, groups, group, first, counts);
        }
        var value = 0;
        for (; rank > counts[value]; value++) rank -= counts[value];
        return first + (uint)value;
    }

    private static ulong Entry(uint ms, int combination) => ((ulong)ms << 32) | (uint)combination;

    private static void Count(ReadOnlySpan<ulong> entries, uint first, Span<int> counts)
    {
        foreach (var entry in entries) counts[(int)((uint)(entry >> 32) - first)]++;
    }

    // Added, not branched on: which group an entry belongs to cannot be predicted.
    private static void Count(ReadOnlySpan<ulong> entries, ReadOnlySpan<int> groups, int group, uint first, Span<int> counts)
    {
        foreach (var entry in entries) counts[(int)((uint)(entry >> 32) - first)] += groups[(int)(uint)entry] == group ? 1 : 0;
    }

    private Span<uint> Gather(in ChunkQueue queue, ReadOnlySpan<int> groups, int group)
    {
        var count = 0;
        for (var at = queue.Head; at != queue.Tail;)
        {
            var part = _pool.Part(ref at, queue.Tail);
            if (_scratch.Length < count + part.Length) Array.Resize(ref _scratch, _scratch.Length * 2);
            foreach (var entry in part)
            {
                if (groups.IsEmpty || groups[(int)(uint)entry] == group) _scratch[count++] = (uint)(entry >> 32);
            }
        }
        return _scratch.AsSpan(0, count);
    }
}
