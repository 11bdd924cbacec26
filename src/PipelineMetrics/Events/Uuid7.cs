using System.Buffers;
using System.Buffers.Binary;

namespace PipelineMetrics.Events;

/// <summary>
/// The ids we give: UUIDv7 whose last bits carry the line's <c>seq</c>, so that a record can be found by an id we gave
/// without an index of such ids. The order of ids is the order of the history as long as the clock is not set back.
/// </summary>
public static class Uuid7
{
    /// <summary>Bytes of an id as text.</summary>
    internal const int TextBytes = 36;

    private const int SeqBits = 48;
    private const long MaxSeq = (1L << SeqBits) - 1;

    private static readonly SearchValues<byte> HexAndDash = SearchValues.Create("0123456789abcdefABCDEF-"u8);

    // Drawn once, not per id: within a millisecond the seq alone decides the order. It tells apart the ids of services that share neither.
    private static readonly uint OfThisProcess = (uint)Random.Shared.Next(1 << 26);

    /// <summary>An id for the line with this seq: 48 bits of time, 26 random bits of this process around version and variant, 48 bits of
    /// seq.</summary>
    /// <param name="now">The time of the commit.</param>
    /// <param name="seq">The seq of the line, 1 to 2^48 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seq does not fit.</exception>
    public static string Create(DateTimeOffset now, long seq) => Make(now, seq).ToString("D");

    /// <summary>Writes <see cref="Create"/> as text, 36 bytes.</summary>
    internal static void Write(DateTimeOffset now, long seq, Span<byte> text) => Make(now, seq).TryFormat(text, out _, "D");

    /// <summary>Whether this is the id that we gave, or would give, to the line with this seq.</summary>
    internal static bool Carries(ReadOnlySpan<byte> id, long seq)
    {
        if (id.Length != TextBytes || id[14] != '7' || id[19] is not ((byte)'8' or (byte)'9' or (byte)'a' or (byte)'b')) return false;
        long inside = 0;
        foreach (var digit in id[24..])
        {
            var value = HexValue(digit);
            if (value < 0) return false;
            inside = (inside << 4) | (uint)value;
        }
        return inside == seq && id[23] == '-' && id[18] == '-' && id[13] == '-' && id[8] == '-' && !id[..23].ContainsAnyExcept(HexAndDash);
    }

    /// <summary>Whether this may be an id that a service like this one gave. Never false for one.</summary>
    internal static bool LooksLikeOurs(ReadOnlySpan<byte> id) => id.Length == TextBytes && id[14] == '7';

    /// <summary>The seq inside an id of the shape <see cref="Create"/> gives. Whether that line has this id, only the line can
    /// tell.</summary>
    public static bool TryGetSeq(string id, out long seq)
    {
        seq = 0;
        if (id.Length != TextBytes || id[14] != '7' || id[19] is not ('8' or '9' or 'a' or 'b') || !Guid.TryParseExact(id, "D", out var guid)) return false;
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        seq = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) & MaxSeq;
        return seq > 0;
    }

    private static Guid Make(DateTimeOffset now, long seq)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seq, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seq, MaxSeq);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)now.ToUnixTimeMilliseconds() << 16) | 0x7000 | (OfThisProcess >> 14));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (2UL << 62) | ((ulong)(OfThisProcess & 0x3FFF) << SeqBits) | (ulong)seq);
        return new Guid(bytes, bigEndian: true);
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
