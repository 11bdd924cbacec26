using System.Buffers.Binary;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>The compressed bytes on their way to the decoder: counted, and the last four remembered (gzip ends with its length).</summary>
internal sealed class RawBody(Stream body) : ReadOnlyBody
{
    private readonly byte[] _last = new byte[4];

    public long Count { get; private set; }

    /// <summary>The last four bytes so far as a little-endian number.</summary>
    public uint LastFourBytes => BinaryPrimitives.ReadUInt32LittleEndian(_last);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        Remember(buffer.Span[..read]);
        return read;
    }

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        var kept = bytes[^Math.Min(4, bytes.Length)..];
        _last.AsSpan(kept.Length).CopyTo(_last);
        kept.CopyTo(_last.AsSpan(4 - kept.Length));
    }
}
