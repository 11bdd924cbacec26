using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Api.Metrics;

/// <summary>
/// The tag of an answer: another one whenever the answer can be another one, because a fact was applied or one left the window.
/// </summary>
internal static class MetricsTag
{
    /// <param name="state">What decides about the figures.</param>
    /// <param name="range">Its bounds move when they were said relative to now.</param>
    /// <param name="truncatedBefore">That something is missing may end while no figure changes.</param>
    public static string Of(MetricsState state, TimeRange range, DateTimeOffset? truncatedBefore) =>
        $"W/\"{Of(state)}.{Of(range.Since)}.{Of(range.Until)}{Mark(truncatedBefore)}\"";

    /// <summary>The tag of a series, whose steps come and go with the clock as well.</summary>
    public static string Of(SeriesResult series)
    {
        if (series.Steps.Count == 0) return $"W/\"{Of(series.State)}{Mark(series.TruncatedBefore)}\"";
        var (first, last) = (series.Steps[0].Figures, series.Steps[^1].Figures);
        return $"W/\"{Of(series.State)}.{series.Step}.{Of(first.From)}.{Of(last.From)}.{Of(last.To)}{Mark(series.TruncatedBefore)}\"";
    }

    private static string Mark(DateTimeOffset? truncatedBefore) => truncatedBefore is null ? "" : ".t";

    private static string Of(MetricsState state) => $"{state.Version:x}.{state.Edge:x}";

    private static string Of(DateTimeOffset? at) => $"{at?.ToUnixTimeMilliseconds():x}";
}
