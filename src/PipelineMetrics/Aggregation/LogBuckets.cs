using System.Numerics;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// Divides the numbers from 0 to 2^32 - 1 into buckets of equal relative width: one number each at first, then 2^bits of them in every
/// octave. Larger numbers never lie in an earlier bucket, so a rank is found by counting buckets.
/// </summary>
/// <param name="bits">Buckets per octave, as a power of two.</param>
internal readonly struct LogBuckets(int bits)
{
    public int Count => (33 - bits) << bits;

    public int Of(uint value)
    {
        var shift = Math.Max(0, 31 - BitOperations.LeadingZeroCount(value | 1) - bits);
        return (shift << bits) + (int)(value >> shift);
    }

    /// <summary>The smallest number in a bucket.</summary>
    public uint First(int bucket)
    {
        var shift = Shift(bucket);
        return (uint)(bucket - (shift << bits)) << shift;
    }

    /// <summary>How many numbers lie in a bucket.</summary>
    public uint Width(int bucket) => 1u << Shift(bucket);

    private int Shift(int bucket) => Math.Max(0, (bucket >> bits) - 1);
}
