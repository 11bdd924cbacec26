namespace PipelineMetrics.Aggregation;

/// <summary>
/// Room for many small queues: chunks of 16 entries, given back when they are empty. Growing copies nothing, and an entry is added with
/// one look at its queue and one at the end of its last chunk; an array for each queue took five times as long.
/// </summary>
/// <remarks>A position counts entries; positions of one chunk follow each other. Position 0 is nowhere.</remarks>
internal sealed class ChunkPool
{
    private const int ChunkBits = 4;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private const int SlabBits = 16;
    private readonly Stack<int> _free = new();
    private ulong[][] _slabs = [];
    private int[] _next = [];
    private int _used = 1;

    public ref ulong this[int position] => ref _slabs[position >> SlabBits][position & ((1 << SlabBits) - 1)];

    /// <summary>The first position of a chunk that nobody uses.</summary>
    public int Take()
    {
        if (_free.TryPop(out var chunk)) return chunk << ChunkBits;
        chunk = _used++;
        if (chunk << ChunkBits >> SlabBits == _slabs.Length) _slabs = [.. _slabs, new ulong[1 << SlabBits]];
        if (chunk >= _next.Length) Array.Resize(ref _next, _slabs.Length << (SlabBits - ChunkBits));
        return chunk << ChunkBits;
    }

    /// <summary>The position after one that is full or left; a new chunk when there is none yet.</summary>
    public int After(int position, bool isEnd)
    {
        if (((position + 1) & ChunkMask) != 0) return position + 1;
        // Taken first: it may put a longer array in place of this one.
        var next = isEnd ? Take() : _next[position >> ChunkBits];
        _next[position >> ChunkBits] = next;
        return next;
    }

    /// <summary>Leaves a position at the head of a queue; its chunk is given back with its last one.</summary>
    public int Leave(int position)
    {
        var next = After(position, isEnd: false);
        if (((position + 1) & ChunkMask) == 0) _free.Push(position >> ChunkBits);
        return next;
    }

    /// <summary>The entries from a position to the end of its chunk or of the queue; moves on behind them.</summary>
    public ReadOnlySpan<ulong> Part(ref int at, int tail)
    {
        var last = at | ChunkMask;
        var end = at >> ChunkBits == tail >> ChunkBits && tail >= at ? tail : last + 1;
        var part = _slabs[at >> SlabBits].AsSpan(at & ((1 << SlabBits) - 1), end - at);
        at = end == tail ? tail : _next[last >> ChunkBits];
        return part;
    }

    public void Clear()
    {
        _free.Clear();
        (_slabs, _next, _used) = ([], [], 1);
    }
}

/// <summary>A queue in a <see cref="ChunkPool"/>.</summary>
internal struct ChunkQueue
{
    /// <summary>The position of the first entry.</summary>
    public int Head { get; private set; }

    /// <summary>The position of the next entry to come; 0 before the first.</summary>
    public int Tail { get; private set; }

    public void Add(ChunkPool pool, ulong entry)
    {
        if (Tail == 0) Head = Tail = pool.Take();
        pool[Tail] = entry;
        Tail = pool.After(Tail, isEnd: true);
    }

    /// <summary>Removes an entry that is there, with the first entry moving to its place.</summary>
    public void Remove(ChunkPool pool, ulong entry)
    {
        var at = Head;
        while (pool[at] != entry) at = pool.After(at, isEnd: false);
        pool[at] = pool[Head];
        Head = pool.Leave(Head);
    }
}
