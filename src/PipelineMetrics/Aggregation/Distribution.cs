namespace PipelineMetrics.Aggregation;

/// <summary>How a number is distributed over attempts: exact percentiles by nearest rank, so each is a number that was recorded.</summary>
/// <param name="Count">How many attempts say the number.</param>
/// <param name="P10">10 of 100 are at most this; this and the others are null when no attempt says the number.</param>
/// <param name="P25">25 of 100 are at most this.</param>
/// <param name="Median">Half are at most this.</param>
/// <param name="P75">75 of 100 are at most this.</param>
/// <param name="P90">90 of 100 are at most this.</param>
public sealed record Distribution(long Count, long? P10, long? P25, long? Median, long? P75, long? P90)
{
    /// <summary>No attempt says the number.</summary>
    public static Distribution Unknown { get; } = new(0, null, null, null, null, null);
}
