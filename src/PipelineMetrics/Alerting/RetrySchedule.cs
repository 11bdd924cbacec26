namespace PipelineMetrics.Alerting;

/// <summary>
/// When an attempt that failed is repeated: after 5 s, then four times as long each time up to 8 h, a fifth more or less by chance; ten
/// attempts take about a day. A receiver that names a longer wait gets it, up to a day.
/// </summary>
internal static class RetrySchedule
{
    private const double Factor = 4;
    private const double Jitter = 0.2;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);

    /// <summary>No wait is longer; one that seems to be is the work of a clock that was set.</summary>
    public static TimeSpan Bound { get; } = LongestAsked;

    /// <summary>The wait after an attempt.</summary>
    /// <param name="attempt">Which one it was, from 1 on.</param>
    /// <param name="asked">What the receiver asked for.</param>
    /// <param name="chance">From 0 up to 1.</param>
    public static TimeSpan After(int attempt, TimeSpan? asked, double chance)
    {
        var plain = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(Factor, attempt - 1));
        var own = TimeSpan.FromSeconds(plain * (1 - Jitter + (2 * Jitter * chance)));
        var wait = asked is { } wanted && wanted > own ? wanted : own;
        return wait < LongestAsked ? wait : LongestAsked;
    }
}
