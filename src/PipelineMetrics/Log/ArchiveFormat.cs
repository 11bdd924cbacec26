using System.Buffers.Binary;
using System.IO.Compression;

namespace PipelineMetrics.Log;

/// <summary>
/// The form of an archive: gzip members one after the other, each a part of the original and with its own length in an extra field of
/// its head. Any gzip unpacks it; and a part is found without unpacking those before it.
/// </summary>
internal static class ArchiveFormat
{
    /// <summary>Bytes of the original in one member, fewer in the last.</summary>
    public const int PartBytes = 256 << 10;

    /// <summary>Bytes of a member before its packed content.</summary>
    public const int HeadBytes = 20;

    private const int PlainHeadBytes = 10;
    private const int TrailerBytes = 8;
    private const int LengthAt = 16;

    // Magic, deflate, "there is an extra field", no time, no system; then the field: 8 bytes, PM, 4 bytes of which are the length.
    private static ReadOnlySpan<byte> Head => [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, (byte)'P', (byte)'M', 4, 0];

    /// <summary>The member that holds a part.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> part)
    {
        using var packed = new MemoryStream(part.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(part);
        var content = packed.GetBuffer().AsSpan(PlainHeadBytes, (int)packed.Length - PlainHeadBytes);
        var member = new byte[HeadBytes + content.Length];
        Head.CopyTo(member);
        BinaryPrimitives.WriteInt32LittleEndian(member.AsSpan(LengthAt), member.Length);
        content.CopyTo(member.AsSpan(HeadBytes));
        return member;
    }

    /// <summary>The length of the member with this head; 0 when it is none of ours.</summary>
    public static int MemberLength(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes || !head.StartsWith(Head))
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head[LengthAt..]);
        return length >= HeadBytes + TrailerBytes ? length : 0;
    }

    /// <summary>Unpacks a member to its very end, where its checksum is.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static byte[] Unpack(byte[] member, int partLength)
    {
        var part = new byte[partLength];
        using var gzip = new GZipStream(new MemoryStream(member), CompressionMode.Decompress);
        if (gzip.ReadAtLeast(part, partLength, throwOnEndOfStream: false) < partLength || gzip.ReadByte() >= 0)
            throw new InvalidDataException("a part has another length than its member says");
        return part;
    }
}
