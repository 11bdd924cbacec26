using PipelineMetrics.Cli.Screen;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>How much was done, how well and how fast, with a chart of each over time.</summary>
internal static class DashboardCharts
{
    public const int Rows = 3;

    public static TextTable Of(MetricsAnswer metrics, SeriesAnswer series)
    {
        var (detail, steps) = (metrics.Detail, series.Steps);
        var (n, interval) = (metrics.SuccessRate?.Total ?? 0, detail?.RateInterval);
        var (p50, p95) = (Figures.Duration(detail?.DurationSeconds.P50), Figures.Duration(detail?.DurationSeconds.P95));
        var certain = interval is null ? "" : $" ({interval.ToText()})";
        return new TextTable().Text("").Text("").Chart("")
            .Row(
                "last 24 h", $"{Figures.Count(n)} finished, {Figures.Number(detail?.ThroughputPerHour)} per hour",
                Sparkline.Of([.. steps.Select(step => (decimal?)step.SuccessRate.Total)]))
            .Row("succeeded", $"{Figures.Percent(detail?.Rate)}{certain}", new Cell(Sparkline.Of([.. steps.Select(step => step.Rate)], top: 1), Look.Good))
            .Row("latency p50", $"{p50}, p95 {p95}", new Cell(Sparkline.Of([.. steps.Select(step => step.P50)]), Look.Waiting));
    }
}
