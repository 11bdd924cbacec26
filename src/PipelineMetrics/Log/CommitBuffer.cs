namespace PipelineMetrics.Log;

/// <summary>The bytes of one commit to one stream; grows to the largest commit and is used again.</summary>
internal sealed class CommitBuffer
{
    private const int FirstBytes = 64 << 10;
    private byte[] _bytes = new byte[FirstBytes];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Appends lines with consecutive numbers and notes where each will be. The previous content is forgotten.</summary>
    /// <returns>The number after the last one given.</returns>
    public long Fill(ReadOnlySpan<PendingLine> lines, Segment segment, long firstSeq)
    {
        Reserve(lines);
        _length = 0;
        var seq = firstSeq;
        foreach (var line in lines)
        {
            line.Seq = seq;
            line.Place = segment.PlaceAt(segment.Length + _length);
            _length += LineFormat.Seal(line.Body.Span, seq++, _bytes.AsSpan(_length));
        }

        return seq;
    }

    /// <summary>Makes room for all of them at once: the old content is of no use, and memory may be short.</summary>
    private void Reserve(ReadOnlySpan<PendingLine> lines)
    {
        long needed = 0;
        foreach (var line in lines)
            needed += line.Body.Length + LineFormat.SealBytes;
        if (needed <= _bytes.Length)
            return;
        _bytes = [];
        _bytes = new byte[Math.Max(needed, FirstBytes)];
    }
}
