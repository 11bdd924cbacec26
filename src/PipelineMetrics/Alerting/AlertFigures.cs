using PipelineMetrics.Aggregation;
using PipelineMetrics.Importing;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Alerting;

/// <summary>Asks for the figures of rules. What was imported happened elsewhere or long ago and alarms nobody.</summary>
internal sealed class AlertFigures(Recorder recorder)
{
    /// <summary>Whether a source says that a fact was imported.</summary>
    public static bool IsImport(string source) => source is Sources.Import or Sources.Git;

    public AlertReading Read(AlertRule rule, DateTimeOffset now)
    {
        // After a compaction it is another one.
        var completions = recorder.Completions;
        var query = new MetricsQuery(TimeRange.Rolling(rule.Window))
        {
            Filters = rule.Filters, GroupBy = [Dimension.Source], Detail = rule.Metric.NeedsDetail, MaxGroups = int.MaxValue,
        };
        var answer = completions.Answer(query, now);
        var sources = answer.Groups[Dimension.Source].Groups.Select(group => Value(group.Key)).ToList();
        var live = sources.Where(source => !IsImport(source)).ToList();
        if (live.Count == sources.Count) return rule.Metric.Read(answer.Overall, rule.Window);
        var others = query with { Filters = [.. rule.Filters, new DimensionFilter(Dimension.Source, live.Count > 0 ? live : [""])], GroupBy = [] };
        return rule.Metric.Read(completions.Answer(others, now).Overall, rule.Window);
    }

    // A group whose value begins with a bracket is shown with two.
    private static string Value(string key) => key.StartsWith("((", StringComparison.Ordinal) ? key[1..] : key;
}
