using System.Security.Cryptography;

namespace PipelineMetrics.Log;

/// <summary>Packs bytes into a new archive file, part by part; memory is that of one part.</summary>
internal sealed class ArchiveWriter(ILogFile file) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _part = new byte[ArchiveFormat.PartBytes];
    private int _length;

    /// <summary>Bytes that were given.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Bytes that were written.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        PlainBytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, _part.Length - _length);
            bytes[..taken].CopyTo(_part.AsSpan(_length));
            _length += taken;
            bytes = bytes[taken..];
            if (_length == _part.Length)
                WritePart();
        }
    }

    /// <summary>Writes what is left and syncs the content, not the name.</summary>
    /// <returns>The SHA-256 of all that was given, lower-case hex.</returns>
    public string Finish()
    {
        if (_length > 0)
            WritePart();
        file.Sync();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void WritePart()
    {
        var member = ArchiveFormat.Pack(_part.AsSpan(0, _length));
        file.WriteAt(member, Bytes);
        Bytes += member.Length;
        _length = 0;
    }
}
