namespace PipelineMetrics.Pipeline;

/// <summary>Mean and percentiles of the cycle times that are known, in milliseconds. Nearest rank: a percentile is one of them.</summary>
public sealed class CycleTimes
{
    private readonly List<long> _ms;

    private CycleTimes(List<long> ms) => _ms = ms;

    /// <summary>How many are known.</summary>
    public long Count => _ms.Count;

    /// <summary>The mean, whole milliseconds, halves away from zero; null when none is known.</summary>
    public long? Average
    {
        get
        {
            if (_ms.Count == 0) return null;
            Int128 sum = 0;
            foreach (var ms in _ms) sum += ms;
            return (long)Math.Round((decimal)sum / _ms.Count, MidpointRounding.AwayFromZero);
        }
    }

    /// <summary>The smallest that at least so many of a hundred do not exceed; null when none is known.</summary>
    /// <param name="percent">From 1 to 100.</param>
    public long? Percentile(int percent) => _ms.Count == 0 ? null : _ms[(int)((((long)_ms.Count * percent) + 99) / 100) - 1];

    /// <summary>Takes a list over, in any order.</summary>
    internal static CycleTimes Of(List<long> ms)
    {
        ms.Sort();
        return new CycleTimes(ms);
    }

    internal static decimal? Share(long part, long whole) => whole == 0 ? null : Math.Round((decimal)part / whole, 4, MidpointRounding.AwayFromZero);
}
