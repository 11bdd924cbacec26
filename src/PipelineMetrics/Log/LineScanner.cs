namespace PipelineMetrics.Log;

/// <summary>Reads bytes at an offset, as <see cref="ILogFile.ReadAt"/> does.</summary>
/// <param name="buffer">Receives the bytes.</param>
/// <param name="offset">Where to begin.</param>
/// <returns>How many bytes were read; 0 only at the end.</returns>
internal delegate int ReadBytes(Span<byte> buffer, long offset);

/// <summary>Splits a range of a file at line feeds, and only there. Memory is bounded by the longest line allowed.</summary>
internal sealed class LineScanner(ReadBytes? read, long start, long end, int firstBytes = LineScanner.FirstBufferBytes)
{
    public const int FirstBufferBytes = 256 << 10;
    private const byte LineFeed = (byte)'\n';

    private byte[] _buffer = [];
    private int _from;
    private int _to;
    private long _next = start;
    private int _length;

    /// <summary>First byte of the current line.</summary>
    public long Offset { get; private set; } = start;

    /// <summary>Bytes of the current line, line feed included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a line feed ended it.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Whether it was too long to keep; then <see cref="Line"/> is empty.</summary>
    public bool IsOverlong { get; private set; }

    /// <summary>The current line without its line feed.</summary>
    public ReadOnlySpan<byte> Line => IsOverlong ? default : _buffer.AsSpan(_from, _length);

    /// <summary>First byte after the current line.</summary>
    public long NextOffset => Offset + Bytes;

    public bool MoveNext()
    {
        _from += IsOverlong ? 0 : (int)Bytes;
        Offset += Bytes;
        IsOverlong = false;
        Bytes = 0;
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_from + searched, _to - _from - searched).IndexOf(LineFeed);
            if (found >= 0)
                return Take(searched + found, terminated: true);
            searched = _to - _from;
            if (searched > LineFormat.ReadLimit)
                return SkipOverlong();
            if (!Fill())
                return searched > 0 && Take(searched, terminated: false);
        }
    }

    private bool Take(int length, bool terminated)
    {
        _length = length;
        Bytes = length + (terminated ? 1 : 0);
        IsTerminated = terminated;
        return true;
    }

    /// <summary>Counts on to the next line feed without keeping what lies before it.</summary>
    private bool SkipOverlong()
    {
        IsOverlong = true;
        IsTerminated = false;
        while (true)
        {
            var found = _buffer.AsSpan(_from, _to - _from).IndexOf(LineFeed);
            var passed = found >= 0 ? found + 1 : _to - _from;
            Bytes += passed;
            _from += passed;
            IsTerminated = found >= 0;
            if (IsTerminated || !Fill())
                return true;
        }
    }

    private bool Fill()
    {
        if (read is null || _next >= end)
            return false;
        MakeRoom();
        var want = (int)Math.Min(_buffer.Length - _to, end - _next);
        var got = read(_buffer.AsSpan(_to, want), _next);
        _to += got;
        _next += got;
        return got > 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length == 0)
            _buffer = new byte[Math.Clamp(end - _next, 1, firstBytes)];
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            _to -= _from;
            _from = 0;
        }

        if (_to == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
