namespace PipelineMetrics.Aggregation;

/// <summary>
/// How far estimates were from what it came to, over the attempts that say both, cancelled ones left out. Whether the estimate was
/// filled in or said by the sender makes no difference.
/// </summary>
/// <param name="Count">How many say both.</param>
/// <param name="Estimated">The sum of what was expected; it stays at the largest 64-bit number instead of wrapping.</param>
/// <param name="Actual">The sum of what it came to.</param>
/// <param name="Median">
/// Half of the attempts that came to more than nothing were off by at most this, in hundredths of a percent of what each came to. Nearest
/// rank, exact up to 42,949,672.94 %, as which a larger error counts; null when there is no such attempt.
/// </param>
public readonly record struct EstimateError(long Count, long Estimated, long Actual, long? Median);
