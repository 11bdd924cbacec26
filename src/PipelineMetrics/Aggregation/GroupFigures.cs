namespace PipelineMetrics.Aggregation;

/// <summary>A duration that was recorded: a percentile is always one.</summary>
/// <param name="Ms">Milliseconds.</param>
/// <param name="Place">Where the oldest completion with it stands in the log; null unless detail is asked for.</param>
public readonly record struct RankedValue(long Ms, long? Place);

/// <summary>A sum over those completions that said the number.</summary>
/// <param name="Total">The sum; it stays at the largest 64-bit number instead of wrapping.</param>
/// <param name="Count">How many said it.</param>
public readonly record struct Sum(long Total, long Count);

/// <summary>
/// The figures of a group of completions: counts and sums in whole numbers, durations in milliseconds, cost in millionths of a US
/// dollar.
/// </summary>
public sealed record GroupFigures
{
    /// <summary>Completed attempts, cancelled ones left out.</summary>
    public required long Completed { get; init; }

    /// <summary>Failed attempts, cancelled ones left out.</summary>
    public required long Failed { get; init; }

    /// <summary>Durations: how many are known, and their sum.</summary>
    public required Sum Duration { get; init; }

    /// <summary>
    /// Half of the known durations are at most this; null when none is known, and in a group unless group percentiles are asked for.
    /// Nearest rank, exact.
    /// </summary>
    public RankedValue? P50 { get; init; }

    /// <summary>95 of 100 are at most this.</summary>
    public RankedValue? P95 { get; init; }

    /// <summary>Everything else; null unless detail is asked for.</summary>
    public DetailFigures? Detail { get; init; }

    /// <summary>Completed and failed attempts; cancelled ones are left out.</summary>
    public long Total => Completed + Failed;

    /// <summary>Completed over total, two decimals, halves away from zero; 0 when there is none.</summary>
    public decimal Rate => Total == 0 ? 0 : Round((decimal)Completed / Total, 2);

    /// <summary>Mean of the known durations in seconds, one decimal; 0 when none is known.</summary>
    public decimal AvgDurationSeconds => Duration.Count == 0 ? 0 : Round((decimal)Duration.Total / Duration.Count / 1000, 1);

    /// <summary>
    /// The Wilson score interval of the rate at 95 % (E. B. Wilson, 1927): with n attempts, rate p and z = 1.96,
    /// (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n). Null when there is none.
    /// </summary>
    public (double Low, double High)? RateInterval
    {
        get
        {
            if (Total == 0) return null;
            const double Z = 1.959963984540054;
            double n = Total;
            var p = Completed / n;
            var centre = p + (Z * Z / (2 * n));
            var spread = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
            var scale = 1 + (Z * Z / n);
            return (Math.Max(0, (centre - spread) / scale), Math.Min(1, (centre + spread) / scale));
        }
    }

    /// <summary>Completed without a retry or a rework over total, four decimals; null when there is none or detail is not asked for.</summary>
    public decimal? FirstPassYield => Total == 0 || Detail is null ? null : Round((decimal)Detail.FirstPass / Total, 4);

    /// <summary>Cost per attempt that has one; null when none has.</summary>
    public decimal? CostPerTaskUsdMicros => Detail is null || Detail.Cost.Count == 0 ? null : Round((decimal)Detail.Cost.Total / Detail.Cost.Count, 0);

    /// <summary>
    /// The whole cost, failures included, over the completed attempts: what an accepted result costs. Null when there is none.
    /// </summary>
    public decimal? CostPerCompletedUsdMicros =>
        Detail is null || Detail.Cost.Count == 0 || Completed == 0 ? null : Round((decimal)Detail.Cost.Total / Completed, 0);

    private static decimal Round(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);
}
