using System.Buffers.Binary;
using System.Numerics;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// A fast hash of some tens of bytes: products of 64-bit words folded into one, as in wyhash (Wang Yi). The seeds are drawn at start,
/// so that nobody can choose values that fall into one place.
/// </summary>
internal sealed class KeyHash
{
    private readonly ulong _first = (ulong)Random.Shared.NextInt64() | 1;
    private readonly ulong _second = (ulong)Random.Shared.NextInt64() | (1UL << 63);

    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = _first ^ (ulong)bytes.Length;
        for (; bytes.Length > 16; bytes = bytes[16..])
            hash = Fold(Word(bytes) ^ hash, Word(bytes[8..]) ^ _second);
        Span<byte> last = stackalloc byte[16];
        last.Clear();
        bytes.CopyTo(last);
        return Fold(Fold(Word(last) ^ hash, Word(last[8..]) ^ _second), _first);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low ^ BitOperations.RotateLeft(left, 32);
    }
}
