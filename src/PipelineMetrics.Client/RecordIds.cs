using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PipelineMetrics.Client;

/// <summary>
/// Ids of records whose caller gave none: UUIDs of version 7. Their random part is drawn once and then counted, which is as
/// unlikely to meet that of another process as drawing it each time, and needs no system call.
/// </summary>
internal sealed class RecordIds
{
    private const ulong Variant = 0x8000_0000_0000_0000;
    private const ulong Counted = 0x3FFF_FFFF_FFFF_FFFF;
    private readonly ulong _version;
    private ulong _last;

    public RecordIds()
    {
        Span<byte> drawn = stackalloc byte[sizeof(ulong) + sizeof(ushort)];
        RandomNumberGenerator.Fill(drawn);
        _last = BinaryPrimitives.ReadUInt64LittleEndian(drawn);
        _version = 0x7000UL | (BinaryPrimitives.ReadUInt16LittleEndian(drawn[sizeof(ulong)..]) & 0x0FFFUL);
    }

    public Guid Next(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, ((ulong)now.ToUnixTimeMilliseconds() << 16) | _version);
        BinaryPrimitives.WriteUInt64BigEndian(id[sizeof(ulong)..], Variant | (Interlocked.Increment(ref _last) & Counted));
        return new Guid(id, bigEndian: true);
    }
}
