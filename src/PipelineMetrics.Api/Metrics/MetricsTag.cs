using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Api.Metrics;

/// <summary>
/// The tag of an answer: another one whenever the answer can be another one, because a fact was applied or one left the window.
/// </summary>
internal static class MetricsTag
{
    /// <param name="state">What decides about the figures.</param>
    /// <param name="range">Its bounds move when they were said relative to now.</param>
    public static string Of(MetricsState state, TimeRange range) =>
        $"W/\"{state.Version:x}.{state.Edge:x}.{range.Since?.ToUnixTimeMilliseconds():x}.{range.Until?.ToUnixTimeMilliseconds():x}\"";
}
