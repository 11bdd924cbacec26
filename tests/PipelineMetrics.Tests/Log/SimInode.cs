using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>One file of a <see cref="SimDisk"/>: its cached and its durable content.</summary>
internal sealed class SimInode(ulong number)
{
    private const int SectorBytes = 512;
    private byte[] _cached = [];
    private int _length;
    private byte[] _durable = [];
    private int _durableLength;

    /// <summary>Before this byte cached and durable content are the same.</summary>
    private int _firstDirty;

    public FileIdentity Identity => new(1, number, _length);

    public ReadOnlySpan<byte> Cached => _cached.AsSpan(0, _length);

    private ReadOnlySpan<byte> Durable => _durable.AsSpan(0, _durableLength);

    public SimInode Copy() => new(number)
    {
        _cached = Cached.ToArray(),
        _length = _length,
        _durable = Durable.ToArray(),
        _durableLength = _durableLength,
        _firstDirty = _firstDirty,
    };

    public int ReadAt(Span<byte> buffer, long offset)
    {
        if (offset >= _length)
            return 0;

        // One byte short whenever possible: a caller that forgets to loop is found out.
        var wanted = buffer.Length > 1 ? buffer.Length - 1 : buffer.Length;
        var source = Cached[(int)offset..];
        var length = Math.Min(wanted, source.Length);
        source[..length].CopyTo(buffer);
        return length;
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        var end = (int)offset + bytes.Length;
        if (end > _cached.Length)
            Array.Resize(ref _cached, Math.Max(end, _cached.Length * 2));
        bytes.CopyTo(_cached.AsSpan((int)offset));
        _firstDirty = Math.Min(_firstDirty, Math.Min(_length, (int)offset));
        _length = Math.Max(_length, end);
    }

    public void Resize(long length)
    {
        if (length > _cached.Length)
            Array.Resize(ref _cached, (int)length);
        if (length < _length)
            _cached.AsSpan((int)length, _length - (int)length).Clear();
        _firstDirty = Math.Min(_firstDirty, Math.Min(_length, (int)length));
        _length = (int)length;
    }

    public void Sync()
    {
        if (_durable.Length < _length)
            Array.Resize(ref _durable, _cached.Length);
        Cached[_firstDirty..].CopyTo(_durable.AsSpan(_firstDirty));
        _durableLength = _length;
        _firstDirty = _length;
    }

    public void Set(byte[] content)
    {
        _cached = [.. content];
        _length = content.Length;
        _firstDirty = 0;
        Sync();
    }

    /// <summary>Loses what is not durable; with a random, a part of it survives.</summary>
    public void Crash(Random? random) => Set(random is null || IsClean ? Durable.ToArray() : Mix(random));

    private bool IsClean => _firstDirty == _length && _length == _durableLength;

    /// <summary>Each unsynced sector old or new, the length either or anything between; sectors that never existed are zeros.</summary>
    private byte[] Mix(Random random)
    {
        var mixed = new byte[MixedLength(random)];
        var clean = Math.Min(_firstDirty, mixed.Length);
        Cached[..clean].CopyTo(mixed);
        for (var start = clean; start < mixed.Length;)
        {
            var end = Math.Min(mixed.Length, (start / SectorBytes + 1) * SectorBytes);
            var source = random.Next(2) == 0 ? Durable : Cached;
            if (start < source.Length)
                source[start..Math.Min(end, source.Length)].CopyTo(mixed.AsSpan(start));
            start = end;
        }

        return mixed;
    }

    private int MixedLength(Random random) => random.Next(3) switch
    {
        0 => _durableLength,
        1 => _length,
        _ => random.Next(Math.Min(_length, _durableLength), Math.Max(_length, _durableLength) + 1),
    };
}
