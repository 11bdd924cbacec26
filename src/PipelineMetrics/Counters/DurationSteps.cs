namespace PipelineMetrics.Counters;

/// <summary>The steps of the histogram of durations.</summary>
public static class DurationSteps
{
    private static readonly long[] Bounds = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];

    /// <summary>The upper bounds, inclusive, in seconds; beyond the last is one step more.</summary>
    public static IReadOnlyList<long> UpperSeconds => Bounds;

    internal static int Of(long ms)
    {
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (ms <= Bounds[i] * 1000) return i;
        }
        return Bounds.Length;
    }
}
