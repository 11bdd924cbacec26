using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Alerting;

/// <summary>A figure that a rule can watch.</summary>
public sealed class AlertMetric
{
    private readonly Func<GroupFigures, TimeSpan, AlertReading> _read;

    private AlertMetric(string name, int minN, bool needsDetail, Func<GroupFigures, TimeSpan, AlertReading> read) =>
        (Name, DefaultMinN, NeedsDetail, _read) = (name, minN, needsDetail, read);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<AlertMetric> All { get; } =
    [
        new("success_rate", 10, false, (all, _) => Share(all.Completed, all.Total)),
        new("error_rate", 10, false, (all, _) => Share(all.Failed, all.Total)),
        new("p95_seconds", 10, false, (all, _) => new AlertReading(all.P95?.Ms / 1000m, all.Duration.Count)),
        // Nothing at all is a throughput too, and often the one to be told of.
        new("throughput_per_hour", 0, false, (all, window) => new AlertReading(all.Total / (decimal)window.TotalHours, all.Total)),
        new("cost_usd", 1, true, (all, _) => new AlertReading(all.Detail!.Cost.Total / 1_000_000m, all.Detail.Cost.Count)),
    ];

    /// <summary>Its name in the settings.</summary>
    public string Name { get; }

    /// <summary>From how many attempts on it says something, unless the rule says otherwise.</summary>
    public int DefaultMinN { get; }

    internal bool NeedsDetail { get; }

    /// <summary>The metric with this name; null when there is none.</summary>
    public static AlertMetric? Find(string name) => All.FirstOrDefault(metric => metric.Name == name);

    internal AlertReading Read(GroupFigures figures, TimeSpan window) => _read(figures, window);

    private static AlertReading Share(long part, long all) => new(all == 0 ? null : (decimal)part / all, all);
}

/// <summary>What a rule sees.</summary>
/// <param name="Value">The figure; null when there is nothing to tell it from.</param>
/// <param name="N">How many attempts it is made of.</param>
public readonly record struct AlertReading(decimal? Value, long N);
