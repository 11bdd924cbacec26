namespace PipelineMetrics.Log;

/// <summary>Where a line begins: its stream, the ordinal of its segment, the byte offset in it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Segment">Ordinal of the segment in its stream; 0 is the oldest ever, sealing does not change it.</param>
/// <param name="Offset">Byte offset of the line's first byte.</param>
public readonly record struct LinePlace(LogStream Stream, int Segment, long Offset)
{
    private const int SegmentBits = 22;
    private const int OffsetBits = 40;

    /// <summary>The place as one non-negative number: 1 bit stream, 22 bits segment, 40 bits offset.</summary>
    public long Packed => ((long)Stream << (SegmentBits + OffsetBits)) | ((long)Segment << OffsetBits) | Offset;

    /// <summary>The inverse of <see cref="Packed"/>.</summary>
    /// <param name="packed">A value of <see cref="Packed"/>; never negative.</param>
    /// <returns>The place that was packed.</returns>
    public static LinePlace Unpack(long packed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packed);
        return new LinePlace(
            (LogStream)(packed >> (SegmentBits + OffsetBits)),
            (int)((packed >> OffsetBits) & ((1L << SegmentBits) - 1)),
            packed & ((1L << OffsetBits) - 1));
    }
}
