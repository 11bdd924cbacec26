namespace PipelineMetrics.Aggregation;

/// <summary>
/// The durations in a rolling window by bucket, each with the number of the combination it belongs to. Durations leave about in the
/// order in which they came, so each bucket is a ring and what leaves stands near its head.
/// </summary>
internal sealed class DurationBuckets
{
    /// <summary>1,024 buckets an octave: with fewer the rank is searched among more values, with more the counts leave the cache.</summary>
    public static readonly LogBuckets Buckets = new(10);

    private const int WidestCounted = 1024;
    private readonly Ring[] _rings = new Ring[Buckets.Count];
    private readonly int[] _counts = new int[WidestCounted];
    private uint[] _scratch = new uint[1024];

    public void Add(uint ms, int combination) => _rings[Buckets.Of(ms)].Add(Entry(ms, combination));

    public void Remove(uint ms, int combination) => _rings[Buckets.Of(ms)].Remove(Entry(ms, combination));

    public void Clear() => Array.Clear(_rings);

    /// <summary>The duration at a rank, from 1, among those of a bucket that belong to a group.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="rank">The rank within the bucket and the group.</param>
    /// <param name="groups">The group of each combination; empty when all belong.</param>
    /// <param name="group">The group.</param>
    public uint AtRank(int bucket, int rank, ReadOnlySpan<int> groups, int group)
    {
        ref var ring = ref _rings[bucket];
        if (Buckets.Width(bucket) > WidestCounted) return Selection.At(Gather(ring, groups, group), rank - 1);
        var first = Buckets.First(bucket);
        var counts = _counts.AsSpan(0, (int)Buckets.Width(bucket));
        counts.Clear();
        Count(ring.Front, groups, group, first, counts);
        Count(ring.Back, groups, group, first, counts);
        var at = 0;
        for (; rank > counts[at]; at++) rank -= counts[at];
        return first + (uint)at;
    }

    private static ulong Entry(uint ms, int combination) => ((ulong)ms << 32) | (uint)combination;

    private static void Count(ReadOnlySpan<ulong> entries, ReadOnlySpan<int> groups, int group, uint first, Span<int> counts)
    {
        if (groups.IsEmpty)
        {
            foreach (var entry in entries) counts[(int)((uint)(entry >> 32) - first)]++;
            return;
        }
        // Added, not branched on: which group an entry belongs to cannot be predicted.
        foreach (var entry in entries) counts[(int)((uint)(entry >> 32) - first)] += groups[(int)(uint)entry] == group ? 1 : 0;
    }

    private Span<uint> Gather(in Ring ring, ReadOnlySpan<int> groups, int group)
    {
        if (_scratch.Length < ring.Count) _scratch = new uint[ring.Count * 2];
        var count = 0;
        foreach (var entry in ring.Front) Take(entry, groups);
        foreach (var entry in ring.Back) Take(entry, groups);
        return _scratch.AsSpan(0, count);

        void Take(ulong entry, ReadOnlySpan<int> groups)
        {
            if (groups.IsEmpty || groups[(int)(uint)entry] == group) _scratch[count++] = (uint)(entry >> 32);
        }
    }

    private struct Ring
    {
        private ulong[]? _entries;
        private int _head;

        public int Count { get; private set; }

        /// <summary>The entries from the head on, up to the end of the array.</summary>
        public readonly ReadOnlySpan<ulong> Front => _entries.AsSpan(_head, Math.Min(Count, (_entries?.Length ?? 0) - _head));

        /// <summary>The rest, from its beginning.</summary>
        public readonly ReadOnlySpan<ulong> Back => _entries.AsSpan(0, Count - Front.Length);

        public void Add(ulong entry)
        {
            if (_entries is null || Count == _entries.Length) Grow();
            _entries![(_head + Count++) & (_entries.Length - 1)] = entry;
        }

        public void Remove(ulong entry)
        {
            var mask = _entries!.Length - 1;
            var at = _head;
            while (_entries[at & mask] != entry) at++;
            _entries[at & mask] = _entries[_head];
            _head = (_head + 1) & mask;
            Count--;
        }

        private void Grow()
        {
            var larger = new ulong[_entries is null ? 4 : _entries.Length * 2];
            Front.CopyTo(larger);
            Back.CopyTo(larger.AsSpan(Front.Length));
            (_entries, _head) = (larger, 0);
        }
    }
}
