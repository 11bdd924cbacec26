using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// Where the line with a caller-given id stands: a keyed hash of the id to a place in the log. Whether that line really has the id
/// only the line can tell, so the index never holds ids. 16 bytes an entry, at most 7/8 full, so 18 to 37 bytes an id.
/// </summary>
/// <remarks>
/// One writer at a time and any number of readers: every look takes the lock. Each entry lies where the processor's cache has nothing,
/// which made ids half of the time of a start; so those of a replay wait for each other and are put in beside it, in chunks.
/// </remarks>
/// <param name="hash">How ids are hashed; <see cref="NewHash"/>, or that of the index this one takes the place of.</param>
internal sealed unsafe class IdIndex(SipHash hash)
{
    private const int FirstCapacity = 1024;
    private const int ChunkEntries = 8192;
    private const int Ahead = 16;
    private readonly Lock _lock = new();
    private Entry[] _waiting = new Entry[ChunkEntries];
    private Entry[] _spare = new Entry[ChunkEntries];
    private int _waitingCount;
    private Task _inserting = Task.CompletedTask;
    private Entry[] _entries = new Entry[FirstCapacity];
    private int _count;

    /// <summary>Adds an id; it is found at once.</summary>
    public void Add(string id, long place)
    {
        Flush();
        Insert([new Entry(HashOf(id), place)]);
    }

    /// <summary>Adds an id, which is found after <see cref="Flush"/> at the latest.</summary>
    public void AddSoon(ReadOnlySpan<byte> id, long place)
    {
        _waiting[_waitingCount++] = new Entry(hash.Hash(id), place);
        if (_waitingCount < ChunkEntries) return;
        _inserting.GetAwaiter().GetResult();
        (_waiting, _spare, _waitingCount) = (_spare, _waiting, 0);
        _inserting = Task.Run(() => Insert(_spare));
    }

    /// <summary>Makes all added ids findable.</summary>
    public void Flush()
    {
        _inserting.GetAwaiter().GetResult();
        if (_waitingCount > 0) Insert(_waiting.AsSpan(0, _waitingCount));
        _waitingCount = 0;
    }

    /// <summary>A way of hashing that nobody can know.</summary>
    public static SipHash NewHash() => new(Random64(), Random64());

    /// <summary>How ids are hashed.</summary>
    public SipHash Hash => hash;

    /// <summary>Whether there may be an id with one of these hashes.</summary>
    public bool ContainsAny(IReadOnlyCollection<ulong> hashes)
    {
        lock (_lock)
        {
            foreach (var wanted in hashes)
            {
                for (var at = Slot(_entries, wanted); !_entries[at].IsFree; at = (at + 1) & (_entries.Length - 1))
                {
                    if (_entries[at].Hash == wanted) return true;
                }
            }
            return false;
        }
    }

    /// <summary>The places whose line may have this id; nearly always none or one.</summary>
    public IReadOnlyList<long> Candidates(string id)
    {
        var wanted = HashOf(id);
        lock (_lock)
        {
            List<long>? found = null;
            for (var at = Slot(_entries, wanted); !_entries[at].IsFree; at = (at + 1) & (_entries.Length - 1))
            {
                if (_entries[at].Hash == wanted) (found ??= []).Add(_entries[at].Place);
            }
            return found ?? (IReadOnlyList<long>)[];
        }
    }

    private ulong HashOf(string id)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(id, bytes, out var length)) return hash.Hash(bytes[..length]);
        return hash.Hash(Encoding.UTF8.GetBytes(id));
    }

    private void Insert(ReadOnlySpan<Entry> added)
    {
        lock (_lock)
        {
            if (_count + added.Length > _entries.Length / 8 * 7) Grow_NeedsLock(_count + added.Length);
            for (var i = 0; i < added.Length; i++)
            {
                if (Sse.IsSupported && i + Ahead < added.Length) Sse.Prefetch0(Unsafe.AsPointer(ref _entries[Slot(_entries, added[i + Ahead].Hash)]));
                Put(_entries, added[i]);
            }
            _count += added.Length;
        }
    }

    private void Grow_NeedsLock(int count)
    {
        var larger = new Entry[_entries.Length * 2];
        while (count > larger.Length / 8 * 7) larger = new Entry[larger.Length * 2];
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

    private static int Slot(Entry[] entries, ulong hashed) => (int)(hashed & (ulong)(entries.Length - 1));

    private static ulong Random64() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    // The place plus one, so that memory that was never written is free.
    private readonly struct Entry(ulong hashed, long place)
    {
        private readonly long _placePlusOne = place + 1;

        public ulong Hash => hashed;

        public long Place => _placePlusOne - 1;

        public bool IsFree => _placePlusOne == 0;
    }
}
