using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Recording;

/// <summary>
/// Where the line with a caller-given id stands: a keyed hash of the id to a place in the log. Whether that line really has the id
/// only the line can tell, so the index never holds ids. 16 bytes an entry, at most 7/8 full, so 18 to 37 bytes an id.
/// </summary>
/// <remarks>One writer at a time and any number of readers: every call takes the lock.</remarks>
internal sealed class IdIndex
{
    private const int FirstCapacity = 1024;
    private readonly Lock _lock = new();
    private readonly SipHash _hash = new(Random64(), Random64());
    private ulong[] _hashes = new ulong[FirstCapacity];
    private long[] _places = NewPlaces(FirstCapacity);
    private int _count;

    public void Add(string id, long place)
    {
        var hash = HashOf(id);
        lock (_lock)
        {
            if (_count >= _hashes.Length / 8 * 7) Grow_NeedsLock();
            Insert_NeedsLock(hash, place);
            _count++;
        }
    }

    /// <summary>The places whose line may have this id; nearly always none or one.</summary>
    public IReadOnlyList<long> Candidates(string id)
    {
        var hash = HashOf(id);
        lock (_lock)
        {
            List<long>? found = null;
            for (var at = Slot_NeedsLock(hash); _places[at] >= 0; at = (at + 1) & (_hashes.Length - 1))
            {
                if (_hashes[at] == hash) (found ??= []).Add(_places[at]);
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

    private void Insert_NeedsLock(ulong hash, long place)
    {
        var at = Slot_NeedsLock(hash);
        while (_places[at] >= 0) at = (at + 1) & (_hashes.Length - 1);
        _hashes[at] = hash;
        _places[at] = place;
    }

    private int Slot_NeedsLock(ulong hash) => (int)(hash & (ulong)(_hashes.Length - 1));

    private void Grow_NeedsLock()
    {
        var (hashes, places) = (_hashes, _places);
        _hashes = new ulong[hashes.Length * 2];
        _places = NewPlaces(_hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (places[i] >= 0) Insert_NeedsLock(hashes[i], places[i]);
        }
    }

    private static long[] NewPlaces(int length)
    {
        var places = new long[length];
        Array.Fill(places, -1);
        return places;
    }

    private static ulong Random64() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
}
