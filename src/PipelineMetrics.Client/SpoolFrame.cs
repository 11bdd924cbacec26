using System.Buffers.Binary;
using System.Numerics;

namespace PipelineMetrics.Client;

/// <summary>
/// One record in a spool file: 24 bytes of head, then its line, filled up to a multiple of eight. A frame says where it lies and when
/// it was written, so nothing else has to be intact to find it: not the frames before it, not the beginning of the file, and no count.
/// </summary>
/// <param name="Offset">Where its head begins, bytes from the beginning of the records.</param>
/// <param name="Length">Of its line, bytes.</param>
/// <param name="Number">Counts the records of the file in the order in which they were taken.</param>
/// <param name="IsSettled">Whether the service has it or has refused it.</param>
internal readonly record struct SpoolFrame(int Offset, int Length, long Number, bool IsSettled)
{
    /// <summary>Every frame begins at a multiple of this.</summary>
    public const int Step = 8;

    // state 4, length 4, offset 4, checksum 4, number 8
    private const int HeadBytes = 24;
    private const int LengthAt = 4;
    private const int OffsetAt = 8;
    private const int ChecksumAt = 12;
    private const int NumberAt = 16;
    private const uint Waiting = 0x54494157;
    private const uint Settled = 0x454E4F44;

    /// <summary>Where what follows it begins.</summary>
    public int End => Offset + SizeOf(Length);

    public static int SizeOf(int length) => (HeadBytes + length + Step - 1) & -Step;

    /// <summary>The part of the checksum that does not depend on the place; computed before the place is known.</summary>
    public static uint Sum(ReadOnlySpan<byte> line)
    {
        var sum = uint.MaxValue;
        for (; line.Length >= sizeof(ulong); line = line[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(line));
        foreach (var single in line) sum = BitOperations.Crc32C(sum, single);
        return sum;
    }

    /// <summary>Writes a frame. If we are killed in the middle of this, its checksum does not fit and it counts as never taken.</summary>
    public static void Write(Span<byte> records, int offset, ReadOnlySpan<byte> line, uint sum, long number)
    {
        var frame = records.Slice(offset, SizeOf(line.Length));
        // To its very end: of an old frame that begins there only the mark that it is settled might be hit, and it would wait again.
        frame[(HeadBytes + line.Length)..].Clear();
        line.CopyTo(frame[HeadBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Waiting);
        BinaryPrimitives.WriteInt32LittleEndian(frame[LengthAt..], line.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[OffsetAt..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(frame[NumberAt..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumAt..], Placed(sum, line.Length, offset, number));
    }

    /// <summary>Reads the frame that begins here, if one does and all of it is as it was written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> records, int offset, out SpoolFrame frame)
    {
        frame = default;
        if (records.Length - offset < HeadBytes) return false;
        var head = records.Slice(offset, HeadBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head[LengthAt..]);
        if (length is < 1 or > CompletionLine.MostBytes || length > records.Length - offset - HeadBytes) return false;
        if (BinaryPrimitives.ReadInt32LittleEndian(head[OffsetAt..]) != offset) return false;
        var number = BinaryPrimitives.ReadInt64LittleEndian(head[NumberAt..]);
        var sum = Placed(Sum(records.Slice(offset + HeadBytes, length)), length, offset, number);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]) != sum) return false;
        frame = new SpoolFrame(offset, length, number, BinaryPrimitives.ReadUInt32LittleEndian(head) == Settled);
        return true;
    }

    public ReadOnlySpan<byte> Line(ReadOnlySpan<byte> records) => records.Slice(Offset + HeadBytes, Length);

    public void Settle(Span<byte> records) => BinaryPrimitives.WriteUInt32LittleEndian(records[Offset..], Settled);

    private static uint Placed(uint sum, int length, int offset, long number)
    {
        sum = BitOperations.Crc32C(sum, ((ulong)(uint)length << 32) | (uint)offset);
        return ~BitOperations.Crc32C(sum, (ulong)number);
    }
}
