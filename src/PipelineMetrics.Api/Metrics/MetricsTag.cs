using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Api.Metrics;

/// <summary>
/// The tag of an answer: another one whenever the answer can be another one, because a fact was applied or one left the window.
/// </summary>
internal static class MetricsTag
{
    /// <param name="state">What decides about the figures.</param>
    /// <param name="range">Its bounds move when they were said relative to now.</param>
    public static string Of(MetricsState state, TimeRange range) => $"W/\"{Of(state)}.{Of(range.Since)}.{Of(range.Until)}\"";

    /// <summary>The tag of a series, whose steps come and go with the clock as well.</summary>
    public static string Of(SeriesResult series)
    {
        if (series.Steps.Count == 0) return $"W/\"{Of(series.State)}\"";
        var (first, last) = (series.Steps[0].Figures, series.Steps[^1].Figures);
        return $"W/\"{Of(series.State)}.{series.Step}.{Of(first.From)}.{Of(last.From)}.{Of(last.To)}\"";
    }

    private static string Of(MetricsState state) => $"{state.Version:x}.{state.Edge:x}";

    private static string Of(DateTimeOffset? at) => $"{at?.ToUnixTimeMilliseconds():x}";
}
