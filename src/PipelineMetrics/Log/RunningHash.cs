using System.Security.Cryptography;

namespace PipelineMetrics.Log;

/// <summary>SHA-256 over a growing file. Bytes just written are taken from memory, others are read when there is time.</summary>
internal sealed class RunningHash : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _hashed;

    /// <summary>Takes bytes that are about to follow at an offset; does nothing while earlier ones are still unread.</summary>
    public void Append(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset != _hashed)
            return;
        _hash.AppendData(bytes);
        _hashed += bytes.Length;
    }

    /// <summary>Reads on towards the end, a limited number of bytes.</summary>
    public void CatchUp(ILogFile file, long end, long atMost)
    {
        var stop = Math.Min(end, atMost > end - _hashed ? end : _hashed + atMost);
        var chunk = _hashed < stop ? new byte[Math.Min(ChunkBytes, stop - _hashed)] : [];
        while (_hashed < stop)
        {
            var got = file.ReadAt(chunk.AsSpan(0, (int)Math.Min(chunk.Length, stop - _hashed)), _hashed);
            if (got == 0)
                return;
            _hash.AppendData(chunk, 0, got);
            _hashed += got;
        }
    }

    /// <summary>The hash over the whole file, lower-case hex; nothing may follow.</summary>
    public string Finish(ILogFile file, long end)
    {
        CatchUp(file, end, long.MaxValue);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();
}
