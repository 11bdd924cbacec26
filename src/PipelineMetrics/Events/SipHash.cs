using System.Buffers.Binary;
using System.Numerics;

namespace PipelineMetrics.Events;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein): a keyed 64-bit hash. Keyed, so that nobody can choose ids that all fall into one place.
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    public ulong Hash(ReadOnlySpan<byte> text)
    {
        var (a, b, c, d) = (key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d, key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573);
        var rest = text;
        for (; rest.Length >= 8; rest = rest[8..]) Absorb(BinaryPrimitives.ReadUInt64LittleEndian(rest), ref a, ref b, ref c, ref d);
        var last = (ulong)text.Length << 56;
        for (var i = 0; i < rest.Length; i++) last |= (ulong)rest[i] << (8 * i);
        Absorb(last, ref a, ref b, ref c, ref d);
        c ^= 0xff;
        for (var round = 0; round < 3; round++) Round(ref a, ref b, ref c, ref d);
        return a ^ b ^ c ^ d;
    }

    private static void Absorb(ulong word, ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        d ^= word;
        Round(ref a, ref b, ref c, ref d);
        a ^= word;
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a += b;
        b = BitOperations.RotateLeft(b, 13) ^ a;
        a = BitOperations.RotateLeft(a, 32);
        c += d;
        d = BitOperations.RotateLeft(d, 16) ^ c;
        a += d;
        d = BitOperations.RotateLeft(d, 21) ^ a;
        c += b;
        b = BitOperations.RotateLeft(b, 17) ^ c;
        c = BitOperations.RotateLeft(c, 32);
    }
}
