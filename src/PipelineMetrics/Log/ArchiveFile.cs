using System.Buffers.Binary;

namespace PipelineMetrics.Log;

/// <summary>An archive, read as if it were the file that was packed: the same bytes at the same offsets. Any thread.</summary>
internal sealed class ArchiveFile : ILogFile
{
    private readonly Lock _gate = new();
    private readonly ILogFile _file;
    private readonly string _path;
    private readonly List<Part> _parts = [];
    private byte[] _unpacked = [];
    private int _unpackedIndex = -1;

    private ArchiveFile(ILogFile file, string path) => (_file, _path) = (file, path);

    /// <summary>Bytes of what was packed.</summary>
    public long Length { get; private set; }

    /// <summary>Opens an archive and finds its parts; unpacks nothing.</summary>
    /// <exception cref="DiskException">It cannot be read, or is no archive of this form.</exception>
    public static ArchiveFile Open(IDisk disk, string path)
    {
        var archive = new ArchiveFile(disk.Open(path, FileUse.Read), path);
        try
        {
            archive.FindParts();
            return archive;
        }
        catch (DiskException)
        {
            archive.Dispose();
            throw;
        }
    }

    public FileIdentity Stat() => _file.Stat() with { Length = Length };

    public int ReadAt(Span<byte> buffer, long offset)
    {
        if (offset >= Length)
            return 0;
        lock (_gate)
        {
            var index = IndexOf(offset);
            if (index != _unpackedIndex)
                Unpack(index);
            var rest = _unpacked.AsSpan((int)(offset - _parts[index].From));
            var got = Math.Min(rest.Length, buffer.Length);
            rest[..got].CopyTo(buffer);
            return got;
        }
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset) => throw new NotSupportedException("An archive never changes.");

    public void Truncate(long length) => throw new NotSupportedException("An archive never changes.");

    public void Sync() => throw new NotSupportedException("An archive never changes.");

    public void Dispose() => _file.Dispose();

    private void FindParts()
    {
        var end = _file.Stat().Length;
        Span<byte> head = stackalloc byte[ArchiveFormat.HeadBytes];
        Span<byte> length = stackalloc byte[sizeof(int)];
        for (long at = 0; at < end;)
        {
            var got = WholeFile.ReadFully(_file, head, at);
            var bytes = ArchiveFormat.MemberLength(head[..got]);
            if (bytes == 0 || at + bytes > end || WholeFile.ReadFully(_file, length, at + bytes - sizeof(int)) < sizeof(int))
                throw Damaged($"no part of an archive begins at byte {at}");
            var unpacked = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (unpacked is <= 0 or > ArchiveFormat.PartBytes)
                throw Damaged($"the part at byte {at} says that it holds {unpacked} bytes");
            _parts.Add(new Part(Length, at, bytes, unpacked));
            Length += unpacked;
            at += bytes;
        }
    }

    private int IndexOf(long offset)
    {
        var (low, high) = (0, _parts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_parts[middle].From <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private void Unpack(int index)
    {
        var part = _parts[index];
        var member = new byte[part.Bytes];
        if (WholeFile.ReadFully(_file, member, part.At) < member.Length)
            throw Damaged($"it ends inside the part at byte {part.At}");
        try
        {
            _unpacked = ArchiveFormat.Unpack(member, part.Unpacked);
            _unpackedIndex = index;
        }
        catch (InvalidDataException problem)
        {
            throw Damaged($"the part at byte {part.At} cannot be unpacked: {problem.Message}");
        }
    }

    private DiskException Damaged(string detail) => new(DiskFault.Other, "unpack", _path, detail);

    /// <param name="From">First byte of the original.</param>
    /// <param name="At">First byte of the member.</param>
    /// <param name="Bytes">Length of the member.</param>
    /// <param name="Unpacked">Length of the part.</param>
    private readonly record struct Part(long From, long At, int Bytes, int Unpacked);
}
