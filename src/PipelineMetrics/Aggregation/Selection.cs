namespace PipelineMetrics.Aggregation;

/// <summary>Finds the value at a rank without sorting everything: Hoare's quickselect with the median of three as pivot.</summary>
internal static class Selection
{
    private const int SmallEnoughToSort = 32;

    /// <summary>The value that would stand at this index if the values were sorted. Reorders them.</summary>
    public static uint At(Span<uint> values, int index)
    {
        var (low, high) = (0, values.Length - 1);
        // Halving would need about 2 log2(n) rounds; what takes far longer was arranged to, and sorting bounds it.
        for (var rounds = 2 * (32 - int.LeadingZeroCount(values.Length)); high - low >= SmallEnoughToSort && rounds > 0; rounds--)
        {
            var (left, right) = Partition(values, low, high);
            if (index <= right) high = right;
            else if (index >= left) low = left;
            else return values[index];
        }
        values[low..(high + 1)].Sort();
        return values[index];
    }

    /// <summary>Moves smaller values to the front and larger ones to the back; what lies between the two ends equals the pivot.</summary>
    private static (int Left, int Right) Partition(Span<uint> values, int low, int high)
    {
        var pivot = MedianOf(values[low], values[(low + high) >>> 1], values[high]);
        var (left, right) = (low, high);
        while (left <= right)
        {
            while (values[left] < pivot) left++;
            while (values[right] > pivot) right--;
            if (left > right) break;
            (values[left], values[right]) = (values[right], values[left]);
            left++;
            right--;
        }
        return (left, right);
    }

    private static uint MedianOf(uint a, uint b, uint c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
