using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Analysis;

/// <summary>When a prediction is made of those tasks that are most like the one in question.</summary>
public sealed class PredictionOptions
{
    /// <summary>The default of <see cref="MinSamples"/>: 10.</summary>
    public const int DefaultMinSamples = 10;

    /// <summary>How many attempts there must be, else less similar ones are taken too; and below which no estimate is filled in.</summary>
    /// <value>Attempts, default 10, from 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MinSamples { get; set; } = DefaultMinSamples;
}
