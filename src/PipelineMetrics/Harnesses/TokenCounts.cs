namespace PipelineMetrics.Harnesses;

/// <summary>
/// Tokens of some work in four counts that share nothing: input is what was not cached, output includes reasoning. A sum that does not
/// fit is <see cref="long.MaxValue"/>.
/// </summary>
/// <param name="Input">Input that was neither read from nor written to a cache.</param>
/// <param name="Output">Output, reasoning included.</param>
/// <param name="CacheRead">Input read from the provider's cache; null when the harness does not tell it from <paramref name="Input"/>.</param>
/// <param name="CacheWrite">Input written to the provider's cache; null like <paramref name="CacheRead"/>.</param>
/// <param name="Reasoning">The part of <paramref name="Output"/> that was reasoning; null when the harness does not say.</param>
public readonly record struct TokenCounts(long Input, long Output, long? CacheRead = null, long? CacheWrite = null, long? Reasoning = null)
{
    /// <summary>Whether nothing at all was used.</summary>
    public bool IsNothing => Input == 0 && Output == 0 && CacheRead is null or 0 && CacheWrite is null or 0;

    /// <summary>Both together. What one of them does not know is what the other says.</summary>
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) => new(
        Add(left.Input, right.Input), Add(left.Output, right.Output),
        Add(left.CacheRead, right.CacheRead), Add(left.CacheWrite, right.CacheWrite), Add(left.Reasoning, right.Reasoning));

    /// <summary>What came on top of an earlier count, never less than nothing.</summary>
    public static TokenCounts operator -(TokenCounts left, TokenCounts right) => new(
        Less(left.Input, right.Input), Less(left.Output, right.Output),
        Less(left.CacheRead, right.CacheRead), Less(left.CacheWrite, right.CacheWrite), Less(left.Reasoning, right.Reasoning));

    /// <summary>Whether every count is at least the other's, as it is when this one went on counting where the other stopped.</summary>
    internal bool Continues(TokenCounts earlier) =>
        Input >= earlier.Input && Output >= earlier.Output && (CacheRead ?? 0) >= (earlier.CacheRead ?? 0)
        && (CacheWrite ?? 0) >= (earlier.CacheWrite ?? 0);

    internal static long Add(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;

    internal static long? Add(long? left, long? right) => left is null ? right : right is null ? left : Add(left.Value, right.Value);

    internal static TokenCounts? Add(TokenCounts? left, TokenCounts? right) => left is null ? right : right is null ? left : left.Value + right.Value;

    internal static long Less(long left, long right) => Math.Max(0, left - right);

    internal static long? Less(long? left, long? right) => left is null ? null : Less(left.Value, right ?? 0);
}
