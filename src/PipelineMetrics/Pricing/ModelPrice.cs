namespace PipelineMetrics.Pricing;

/// <summary>
/// What a model costs, in millionths of a US dollar per million tokens: the same number as dollars per million, times a million.
/// </summary>
/// <param name="Input">Input that was not cached.</param>
/// <param name="Output">Output, reasoning included.</param>
/// <param name="CacheRead">Input read from the provider's cache.</param>
/// <param name="CacheWrite">Input written to the provider's cache.</param>
public readonly record struct ModelPrice(long Input, long Output, long CacheRead, long CacheWrite)
{
    /// <summary>Tokens of one request after which the prices above apply, to each count by itself.</summary>
    public const long LongRequestTokens = 200_000;

    private const long Thousand = 1000;

    /// <summary>Input written to the provider's cache for an hour.</summary>
    public long CacheWriteOneHour { get; init; }

    /// <summary>Input beyond <see cref="LongRequestTokens"/>; null when the price stays the same.</summary>
    public long? LongInput { get; init; }

    /// <summary>Output beyond <see cref="LongRequestTokens"/>; null when the price stays the same.</summary>
    public long? LongOutput { get; init; }

    /// <summary>Cache reads beyond <see cref="LongRequestTokens"/>; null when the price stays the same.</summary>
    public long? LongCacheRead { get; init; }

    /// <summary>Cache writes beyond <see cref="LongRequestTokens"/>; null when the price stays the same.</summary>
    public long? LongCacheWrite { get; init; }

    /// <summary>How much more everything costs in the provider's fast mode, in thousandths; null when the model has none.</summary>
    public long? FastThousandths { get; init; }

    /// <summary>What one request cost, in millionths of a millionth of a US dollar, which needs no rounding.</summary>
    /// <param name="input">Input that was not cached.</param>
    /// <param name="output">Output, reasoning included.</param>
    /// <param name="cacheRead">Input read from the cache.</param>
    /// <param name="cacheWrite">Input written to the cache.</param>
    /// <param name="oneHour">The part of <paramref name="cacheWrite"/> that is kept for an hour.</param>
    public Int128 OfRequest(long input, long output, long cacheRead, long cacheWrite, long oneHour = 0) =>
        Tiered(input, Input, LongInput) + Tiered(output, Output, LongOutput) + Tiered(cacheRead, CacheRead, LongCacheRead)
        + Tiered(cacheWrite - oneHour, CacheWrite, LongCacheWrite) + ((Int128)oneHour * CacheWriteOneHour);

    /// <summary>What the tokens of any number of requests cost, in the unit of <see cref="OfRequest"/>: how long each was is not known.</summary>
    internal Int128 OfMany(long input, long output, long cacheRead, long cacheWrite) =>
        ((Int128)input * Input) + ((Int128)output * Output) + ((Int128)cacheRead * CacheRead) + ((Int128)cacheWrite * CacheWrite);

    /// <summary>The price in the provider's fast mode; null when the model has none.</summary>
    internal ModelPrice? Fast() => FastThousandths is not { } times ? null : new ModelPrice(
        Times(Input, times), Times(Output, times), Times(CacheRead, times), Times(CacheWrite, times))
    {
        CacheWriteOneHour = Times(CacheWriteOneHour, times),
        LongInput = Times(LongInput, times),
        LongOutput = Times(LongOutput, times),
        LongCacheRead = Times(LongCacheRead, times),
        LongCacheWrite = Times(LongCacheWrite, times),
    };

    private static Int128 Tiered(long tokens, long price, long? above) => above is { } more && tokens > LongRequestTokens
        ? ((Int128)LongRequestTokens * price) + ((Int128)(tokens - LongRequestTokens) * more)
        : (Int128)tokens * price;

    private static long Times(long price, long thousandths) => (long)((((Int128)price * thousandths) + (Thousand / 2)) / Thousand);

    private static long? Times(long? price, long thousandths) => price is { } value ? Times(value, thousandths) : null;
}
