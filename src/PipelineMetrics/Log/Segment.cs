namespace PipelineMetrics.Log;

/// <summary>
/// One file of a stream and what is known of its lines. The commit thread counts; any thread may read lines, up to
/// <see cref="Length"/>. The handle stays open across sealing, since renaming does not change the file. When the segment is archived,
/// whoever reads goes on in the archive, which holds the same bytes.
/// </summary>
internal sealed class Segment(LogStream stream, int ordinal, string directory, string fileName) : IDisposable
{
    private const int IndexStep = 256;
    private const int FirstReadBytes = 4 << 10;
    private const int LookBytes = 16 << 10;
    private readonly Lock _gate = new();

    /// <summary>Every 256th numbered line; guarded by the gate.</summary>
    private readonly List<(long Seq, long Offset)> _index = [];

    private ILogFile? _handle;
    private ArchivedSegment? _archive;
    private long _length;
    private long _verifiedLines;

    public LogStream Stream => stream;

    public int Ordinal => ordinal;

    public string FileName { get; private set; } = fileName;

    public string FullPath => Path.Combine(directory, FileName);

    /// <summary>What the manifest says of it; null while active or not yet listed.</summary>
    public SealedSegment? Listed { get; set; }

    /// <summary>The hash over its bytes as far as they were needed; the commit thread only.</summary>
    public RunningHash Hash { get; } = new();

    /// <summary>What it left as; null while its own file is read.</summary>
    public ArchivedSegment? Archive
    {
        get => Volatile.Read(ref _archive);
        init => _archive = value;
    }

    public long FirstSeq { get; private set; }

    public long LastSeq { get; private set; }

    public long ForeignLines { get; private set; }

    public long BlankLines { get; set; }

    public long NumberedLines => _verifiedLines;

    public long Lines => _verifiedLines + ForeignLines;

    /// <summary>End of the lines that may be read.</summary>
    public long Length
    {
        get => Volatile.Read(ref _length);
        set => Volatile.Write(ref _length, value);
    }

    public LinePlace PlaceAt(long offset) => new(stream, ordinal, offset);

    /// <summary>Counts a good line; <paramref name="seq"/> is 0 for a foreign one.</summary>
    public void Count(long seq, long offset)
    {
        if (seq == 0)
        {
            ForeignLines++;
            return;
        }

        if (FirstSeq == 0)
            FirstSeq = seq;
        LastSeq = seq;
        if (_verifiedLines++ % IndexStep == 0)
            AddToIndex(seq, offset);
    }

    /// <summary>Its manifest entry.</summary>
    public SealedSegment Describe(string sha256) => new()
    {
        Stream = LogNames.Word(stream),
        Ordinal = ordinal,
        File = FileName,
        FirstSeq = FirstSeq,
        LastSeq = LastSeq,
        Lines = Lines,
        Bytes = Length,
        Sha256 = sha256,
    };

    public void Renamed(string newName) => FileName = newName;

    /// <summary>Gives the segment an already open file to read from.</summary>
    public void Adopt(ILogFile handle)
    {
        lock (_gate)
            _handle = handle;
    }

    /// <summary>The file, opened at the first need.</summary>
    public ILogFile Handle(IDisk disk)
    {
        lock (_gate)
            return _handle ??= _archive is null ? disk.Open(FullPath, FileUse.Read) : ArchiveFile.Open(disk, FullPath);
    }

    /// <summary>Reads from the archive from now on, so that the file itself may go.</summary>
    public void MoveTo(ArchivedSegment archive)
    {
        lock (_gate)
        {
            _archive = archive;
            FileName = archive.ArchiveName;
            _handle?.Dispose();
            _handle = null;
        }
    }

    /// <summary>Reads its bytes, wherever they are by now.</summary>
    public int ReadAt(IDisk disk, Span<byte> buffer, long offset)
    {
        while (true)
        {
            var file = Handle(disk);
            try
            {
                return file.ReadAt(buffer, offset);
            }
            catch (ObjectDisposedException) when (Archive is not null && file is not ArchiveFile)
            {
                // It was archived in this very moment.
            }
        }
    }

    /// <summary>How its bytes are read.</summary>
    public ReadBytes Reading(IDisk disk) => (buffer, offset) => ReadAt(disk, buffer, offset);

    /// <summary>Reads the good line that begins at an offset.</summary>
    /// <returns>The line's JSON; null when no good line begins there.</returns>
    public byte[]? ReadLine(IDisk disk, long offset)
    {
        var end = Length;
        if (offset >= end)
            return null;
        var read = Reading(disk);
        if (!IsLineStart(read, offset))
            return null;
        var buffer = new byte[Math.Min(FirstReadBytes, end - offset)];
        while (true)
        {
            var got = WholeFile.ReadFully(read, buffer, offset);
            var lineEnd = buffer.AsSpan(0, got).IndexOf((byte)'\n');
            if (lineEnd >= 0 || got < buffer.Length || offset + got >= end)
                return GoodLine(buffer.AsSpan(0, lineEnd >= 0 ? lineEnd : got));
            if (buffer.Length > LineFormat.ReadLimit)
                return null;
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 4L, end - offset));
        }
    }

    /// <summary>Finds a numbered line by the index and a scan of at most one index step.</summary>
    /// <returns>Its offset; null when the segment does not hold it.</returns>
    public long? Find(IDisk disk, long seq)
    {
        // Between two entries of the index lies little; whoever asks for many such lines must not pay for large buffers.
        var scanner = new LineScanner(Reading(disk), NearestIndexed(seq), Length, LookBytes);
        while (scanner.MoveNext())
        {
            var verdict = LineFormat.Judge(LineFormat.Content(scanner.Line));
            if (verdict.Kind == LineKind.Verified && verdict.Seq >= seq)
                return verdict.Seq == seq ? scanner.Offset : null;
        }

        return null;
    }

    /// <summary>Offset of the last indexed line whose number is not above the given one; 0 when there is none.</summary>
    public long NearestIndexed(long seq)
    {
        lock (_gate)
        {
            var low = 0;
            var high = _index.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_index[middle].Seq <= seq)
                    low = middle + 1;
                else
                    high = middle;
            }

            return low == 0 ? 0 : _index[low - 1].Offset;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Hash.Dispose();
            _handle?.Dispose();
            _handle = null;
        }
    }

    private static bool IsLineStart(ReadBytes read, long offset)
    {
        Span<byte> before = stackalloc byte[1];
        return offset == 0 || (read(before, offset - 1) == 1 && before[0] == '\n');
    }

    private static byte[]? GoodLine(ReadOnlySpan<byte> raw)
    {
        var content = LineFormat.Content(raw);
        return LineFormat.Judge(content).IsGood ? content.ToArray() : null;
    }

    private void AddToIndex(long seq, long offset)
    {
        lock (_gate)
            _index.Add((seq, offset));
    }
}
