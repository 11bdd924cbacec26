using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>One file of a <see cref="SimDisk"/>: its cached and its durable content.</summary>
internal sealed class SimInode(ulong number)
{
    private const int SectorBytes = 512;
    private byte[] _cached = [];
    private byte[] _durable = [];

    public FileIdentity Identity => new(1, number, _cached.Length);

    public ReadOnlySpan<byte> Cached => _cached;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        if (offset >= _cached.Length)
            return 0;

        // One byte short whenever possible: a caller that forgets to loop is found out.
        var wanted = buffer.Length > 1 ? buffer.Length - 1 : buffer.Length;
        var source = _cached.AsSpan((int)offset);
        var length = Math.Min(wanted, source.Length);
        source[..length].CopyTo(buffer);
        return length;
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        var copy = _cached;
        Array.Resize(ref copy, (int)Math.Max(_cached.Length, offset + bytes.Length));
        if (ReferenceEquals(copy, _cached))
            copy = [.. _cached];
        bytes.CopyTo(copy.AsSpan((int)offset));
        _cached = copy;
    }

    public void Resize(long length)
    {
        var copy = _cached;
        Array.Resize(ref copy, (int)length);
        _cached = copy;
    }

    public void Sync() => _durable = [.. _cached];

    public void Set(byte[] content)
    {
        _cached = content;
        _durable = [.. content];
    }

    public void Crash(Random? random)
    {
        _cached = random is null ? _durable : Mix(random);
        _durable = [.. _cached];
    }

    /// <summary>Each sector old or new, the length either; sectors that never existed are zeros.</summary>
    private byte[] Mix(Random random)
    {
        var mixed = new byte[random.Next(2) == 0 ? _durable.Length : _cached.Length];
        for (var start = 0; start < mixed.Length; start += SectorBytes)
        {
            var source = random.Next(2) == 0 ? _durable : _cached;
            if (start < source.Length)
                source.AsSpan(start, Math.Min(SectorBytes, Math.Min(source.Length, mixed.Length) - start)).CopyTo(mixed.AsSpan(start));
        }

        return mixed;
    }
}
