namespace PipelineMetrics.Harnesses;

/// <summary>Bytes one after the other, up to a bound.</summary>
/// <param name="most">The bound.</param>
internal sealed class GrowingBytes(int most)
{
    private const int FirstBytes = 4096;
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Adds bytes at the end.</summary>
    /// <returns>False, and nothing is added, when they would go beyond the bound.</returns>
    public bool TryAdd(ReadOnlySpan<byte> part)
    {
        if (part.Length > most - Length) return false;
        var needed = Length + part.Length;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Min(most, Math.Max(FirstBytes, Math.Max(_bytes.Length * 2, needed))));
        part.CopyTo(_bytes.AsSpan(Length));
        Length += part.Length;
        return true;
    }

    public void Clear() => Length = 0;
}
