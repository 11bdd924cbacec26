using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Recording;

/// <summary>
/// Where the line with a caller-given id stands: a keyed hash of the id to a place in the log. Whether that line really has the id
/// only the line can tell, so the index never holds ids. 16 bytes an entry, at most 7/8 full, so 18 to 37 bytes an id.
/// </summary>
/// <remarks>One writer at a time and any number of readers: every call takes the lock.</remarks>
internal sealed unsafe class IdIndex
{
    private const int FirstCapacity = 1024;
    private const int MostWaiting = 32;
    private readonly Lock _lock = new();
    private readonly SipHash _hash = new(Random64(), Random64());
    private readonly Entry[] _waiting = new Entry[MostWaiting];
    private int _waitingCount;
    private Entry[] _entries = new Entry[FirstCapacity];
    private int _count;

    /// <summary>Adds an id; it is found at once.</summary>
    public void Add(string id, long place)
    {
        var hash = HashOf(id);
        lock (_lock) Insert_NeedsLock(new Entry(hash, place));
    }

    /// <summary>
    /// Adds an id, which is found after <see cref="Flush"/> at the latest. Each entry lies where the processor's cache has nothing, so
    /// a few wait until their memory has come: 30 ns an id instead of 90 when ten million are read.
    /// </summary>
    public void AddSoon(ReadOnlySpan<byte> id, long place)
    {
        var hash = _hash.Hash(id);
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref _entries[Slot(_entries, hash)]));
        _waiting[_waitingCount++] = new Entry(hash, place);
        if (_waitingCount == MostWaiting) Flush();
    }

    /// <summary>Makes all added ids findable.</summary>
    public void Flush()
    {
        if (_waitingCount == 0) return;
        lock (_lock)
        {
            foreach (var entry in _waiting.AsSpan(0, _waitingCount)) Insert_NeedsLock(entry);
        }
        _waitingCount = 0;
    }

    public SipHash Hash => _hash;

    /// <summary>Whether there may be an id with one of these hashes.</summary>
    public bool ContainsAny(IReadOnlyCollection<ulong> hashes)
    {
        lock (_lock)
        {
            foreach (var hash in hashes)
            {
                for (var at = Slot(_entries, hash); !_entries[at].IsFree; at = (at + 1) & (_entries.Length - 1))
                {
                    if (_entries[at].Hash == hash) return true;
                }
            }
            return false;
        }
    }

    /// <summary>The places whose line may have this id; nearly always none or one.</summary>
    public IReadOnlyList<long> Candidates(string id)
    {
        var hash = HashOf(id);
        lock (_lock)
        {
            List<long>? found = null;
            for (var at = Slot(_entries, hash); !_entries[at].IsFree; at = (at + 1) & (_entries.Length - 1))
            {
                if (_entries[at].Hash == hash) (found ??= []).Add(_entries[at].Place);
            }
            return found ?? (IReadOnlyList<long>)[];
        }
    }

    private ulong HashOf(string id)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(id, bytes, out var length)) return _hash.Hash(bytes[..length]);
        return _hash.Hash(Encoding.UTF8.GetBytes(id));
    }

    private void Insert_NeedsLock(Entry entry)
    {
        if (_count >= _entries.Length / 8 * 7) Grow_NeedsLock();
        Put(_entries, entry);
        _count++;
    }

    private void Grow_NeedsLock()
    {
        var larger = new Entry[_entries.Length * 2];
        foreach (var entry in _entries)
        {
            if (!entry.IsFree) Put(larger, entry);
        }
        _entries = larger;
    }

    private static void Put(Entry[] entries, Entry entry)
    {
        var at = Slot(entries, entry.Hash);
        while (!entries[at].IsFree) at = (at + 1) & (entries.Length - 1);
        entries[at] = entry;
    }

    private static int Slot(Entry[] entries, ulong hash) => (int)(hash & (ulong)(entries.Length - 1));

    private static ulong Random64() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    // The place plus one, so that memory that was never written is free.
    private readonly struct Entry(ulong hash, long place)
    {
        private readonly long _placePlusOne = place + 1;

        public ulong Hash => hash;

        public long Place => _placePlusOne - 1;

        public bool IsFree => _placePlusOne == 0;
    }
}
