namespace PipelineMetrics.Aggregation;

/// <summary>A question about completions. Immutable; it says what is asked, not how it is answered.</summary>
/// <param name="Range">Which completions, by when they finished.</param>
public sealed record MetricsQuery(TimeRange Range)
{
    /// <summary>How many values of a dimension are told apart before the rest is summed: 1,000.</summary>
    public const int DefaultMaxGroups = 1000;

    /// <summary>Every filter must hold.</summary>
    public IReadOnlyList<DimensionFilter> Filters { get; init; } = [];

    /// <summary>Dimensions to group by, each on its own.</summary>
    public IReadOnlyList<Dimension> GroupBy { get; init; } = [];

    /// <summary>Whether the percentiles of the groups are asked for, and not only those of the whole.</summary>
    public bool GroupPercentiles { get; init; }

    /// <summary>Whether the figures beyond the contract are asked for, with everything in every group.</summary>
    public bool Detail { get; init; }

    /// <summary>How many values of a dimension are told apart.</summary>
    public int MaxGroups { get; init; } = DefaultMaxGroups;
}

/// <summary>Only completions whose value in a dimension is one of these.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="Values">The values, compared ordinally.</param>
public sealed record DimensionFilter(Dimension Dimension, IReadOnlyList<string> Values);
