using System.Buffers;

namespace PipelineMetrics.Api.Completions;

/// <summary>Cuts at line feeds; a carriage return before one belongs to the line end, blank lines are counted and passed over.</summary>
internal sealed class NdjsonSplitter(int maxLineBytes) : ILineSplitter
{
    private static readonly BrokenLine MisplacedMark = new("invalid_json", "the line starts with a byte order mark; only a whole body may.");
    private long _number;
    private bool _skipping;

    // How much of the line at the front is known to hold no line feed.
    private long _scanned;

    public bool TryNext(ref ReadOnlySequence<byte> buffer, bool isLast, out BatchLine line)
    {
        while (TryCut(ref buffer, isLast, out var bytes))
        {
            _number++;
            line = Judge(bytes);
            _skipping = false;
            if (line.Broken is not null || !IsBlank(bytes)) return true;
        }
        line = default;
        return false;
    }

    private BatchLine Judge(ReadOnlySequence<byte> bytes)
    {
        if (_skipping || bytes.Length > maxLineBytes) return new BatchLine(_number, default, BrokenLine.TooLong(maxLineBytes));
        return _number > 1 && StartsWithMark(bytes) ? new BatchLine(_number, bytes, MisplacedMark) : new BatchLine(_number, bytes);
    }

    private bool TryCut(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> bytes)
    {
        if (buffer.Slice(_scanned).PositionOf((byte)'\n') is { } end)
        {
            bytes = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            _scanned = 0;
            return true;
        }
        bytes = buffer;
        _scanned = buffer.Length;
        if (isLast)
        {
            buffer = buffer.Slice(buffer.End);
            _scanned = 0;
            return bytes.Length > 0 || _skipping;
        }
        if (buffer.Length > maxLineBytes)
        {
            // Nobody needs the rest of such a line, so it is not kept while its end is awaited.
            _skipping = true;
            buffer = buffer.Slice(buffer.End);
            _scanned = 0;
        }
        return false;
    }

    private static bool StartsWithMark(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        return reader.IsNext([0xEF, 0xBB, 0xBF]);
    }

    private static bool IsBlank(ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
        {
            if (part.Span.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r')) return false;
        }
        return true;
    }
}
