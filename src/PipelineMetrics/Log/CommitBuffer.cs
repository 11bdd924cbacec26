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
        _length = 0;
        var seq = firstSeq;
        foreach (var line in lines)
        {
            Reserve(line.Body.Length + LineFormat.SealBytes);
            line.Seq = seq;
            line.Place = segment.PlaceAt(segment.Length + _length);
            _length += LineFormat.Seal(line.Body.Span, seq++, _bytes.AsSpan(_length));
        }

        return seq;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)_length + more)));
    }
}
