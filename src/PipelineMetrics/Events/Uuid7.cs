namespace PipelineMetrics.Events;

/// <summary>
/// The ids we give: UUIDv7 whose last bits carry the line's <c>seq</c>, so that a record can be found by an id we gave
/// without an index of such ids. The order of ids is the order of the history.
/// </summary>
public static class Uuid7
{
    private const int SeqBits = 48;

    /// <summary>An id for the line with this seq: 48 bits of time, 14 random bits beside version and variant, 48 bits of seq.</summary>
    /// <param name="now">The time of the commit.</param>
    /// <param name="seq">The seq of the line, 1 to 2^48 - 1.</param>
    public static string Create(DateTimeOffset now, long seq)
    {
        var high = ((ulong)now.ToUnixTimeMilliseconds() << 16) | 0x7000UL | (uint)Random.Shared.Next(1 << 12);
        var low = (2UL << 62) | ((ulong)(uint)Random.Shared.Next(1 << 14) << SeqBits) | (ulong)seq;
        return new Guid((uint)(high >> 32), (ushort)(high >> 16), (ushort)high,
            (byte)(low >> 56), (byte)(low >> 48), (byte)(low >> 40), (byte)(low >> 32),
            (byte)(low >> 24), (byte)(low >> 16), (byte)(low >> 8), (byte)low).ToString("D");
    }

    /// <summary>The seq inside an id of the shape <see cref="Create"/> gives. Whether that line has this id, only the line can tell.</summary>
    public static bool TryGetSeq(string id, out long seq)
    {
        seq = 0;
        if (id.Length != 36 || id[14] != '7' || !Guid.TryParseExact(id, "D", out var guid)) return false;
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        seq = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) & ((1L << SeqBits) - 1);
        return seq > 0;
    }
}
