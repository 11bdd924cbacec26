namespace PipelineMetrics.Pricing;

/// <summary>
/// What a model costs, in millionths of a US dollar per million tokens: the same number as dollars per million, times a million.
/// </summary>
/// <param name="Input">Input that was not cached.</param>
/// <param name="Output">Output, reasoning included.</param>
/// <param name="CacheRead">Input read from the provider's cache.</param>
/// <param name="CacheWrite">Input written to the provider's cache.</param>
public readonly record struct ModelPrice(long Input, long Output, long CacheRead, long CacheWrite);
