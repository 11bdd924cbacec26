using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Alerting;

/// <summary>A threshold on a figure of a window that rolls to now.</summary>
/// <param name="Name">What it is called; unique.</param>
/// <param name="Metric">The figure.</param>
/// <param name="Window">The length of the window, more than zero.</param>
public sealed record AlertRule(string Name, AlertMetric Metric, TimeSpan Window)
{
    /// <summary>How often it is looked at unless told otherwise.</summary>
    public static readonly TimeSpan DefaultEvery = TimeSpan.FromSeconds(10);

    /// <summary>Whether it fires above its threshold, or below it.</summary>
    public required bool FiresAbove { get; init; }

    /// <summary>Beyond this it fires; at it, not yet.</summary>
    public required decimal Threshold { get; init; }

    /// <summary>Back at this, or better, it is over. Between the two nothing changes.</summary>
    public required decimal Clear { get; init; }

    /// <summary>With fewer attempts nothing changes.</summary>
    public required int MinN { get; init; }

    /// <summary>How often it is looked at.</summary>
    public TimeSpan Every { get; init; } = DefaultEvery;

    /// <summary>Only attempts with these task types or models.</summary>
    public IReadOnlyList<DimensionFilter> Filters { get; init; } = [];

    /// <summary>Whether the rule holds that something is wrong, after this reading.</summary>
    /// <param name="isFired">Whether it held so before.</param>
    /// <param name="reading">What it sees now.</param>
    public bool Judge(bool isFired, AlertReading reading)
    {
        if (reading.N < MinN || reading.Value is not { } value) return isFired;
        var isBeyond = FiresAbove ? value > Threshold : value < Threshold;
        var isBack = FiresAbove ? value <= Clear : value >= Clear;
        return isFired ? !isBack : isBeyond;
    }
}
