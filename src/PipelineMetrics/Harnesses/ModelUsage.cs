namespace PipelineMetrics.Harnesses;

/// <summary>What one model did in some work.</summary>
/// <param name="Model">The model as the harness calls it.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="CostUsdMicros">What it cost in millionths of a US dollar; null when the harness does not say.</param>
public sealed record ModelUsage(string Model, TokenCounts Tokens, long? CostUsdMicros);
