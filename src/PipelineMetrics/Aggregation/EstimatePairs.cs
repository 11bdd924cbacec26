using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>The numbers that are estimated, each with what it came to.</summary>
internal static class EstimatePairs
{
    public const int InputTokens = 0;
    public const int OutputTokens = 1;
    public const int Cost = 2;

    /// <summary>By the constants above.</summary>
    public static readonly (CompletionDetail Estimated, CompletionDetail Actual)[] All =
    [
        (CompletionDetail.EstimatedInputTokens, CompletionDetail.InputTokens),
        (CompletionDetail.EstimatedOutputTokens, CompletionDetail.OutputTokens),
        (CompletionDetail.EstimatedCostUsdMicros, CompletionDetail.CostUsdMicros),
    ];

    /// <summary>The largest error that is told apart, in hundredths of a percent; larger ones count as this.</summary>
    public const uint LargestError = uint.MaxValue - 1;

    // Up to here a number of hundredths of a percent needs no more than 64 bits, which divide ten times as fast as 128.
    private const long LargestShort = long.MaxValue / 20_000;

    public static bool IsEstimate(CompletionDetail detail) =>
        detail is >= CompletionDetail.EstimatedInputTokens and <= CompletionDetail.EstimatedCostUsdMicros;

    /// <summary>Both numbers of a row; false unless both are known. Cancelled attempts ended early, so they judge no estimate.</summary>
    public static bool TryRead(int pair, Block block, int row, out long estimated, out long actual)
    {
        (estimated, actual) = (-1, -1);
        if (block.Detail(All[pair].Estimated) is not { } estimates || block.Detail(All[pair].Actual) is not { } actuals) return false;
        if ((block.Cells[row] & (Kind.Count - 1)) == Kind.Cancelled) return false;
        (estimated, actual) = (estimates[row], actuals[row]);
        return estimated >= 0 && actual >= 0;
    }

    /// <summary>How far off an estimate was, in hundredths of a percent of what it came to, halves up.</summary>
    /// <param name="estimated">From 0.</param>
    /// <param name="actual">From 1: of nothing there is no percentage.</param>
    public static uint ErrorOf(long estimated, long actual)
    {
        var off = Math.Abs(estimated - actual);
        if (off <= LargestShort && actual <= LargestShort) return (uint)Math.Min(((off * 10_000) + (actual / 2)) / actual, LargestError);
        return (uint)Int128.Min((((Int128)off * 10_000) + (actual / 2)) / actual, LargestError);
    }
}
