namespace PipelineMetrics.Aggregation;

/// <summary>A question about completions, answered for each step of its range. Immutable.</summary>
/// <param name="Figures">What is asked about every step; its range is that of the whole.</param>
/// <param name="Step">How long a step is; null for the shortest that keeps the answer short.</param>
public sealed record SeriesQuery(MetricsQuery Figures, CalendarStep? Step)
{
    /// <summary>Without a given step, the shortest is taken with about as many at most: 200.</summary>
    public const int EnoughSteps = 200;

    /// <summary>How many steps an answer has at most: 1,500, which is a day of minutes.</summary>
    public const int DefaultMaxSteps = 1500;

    /// <summary>How many groups an answer has at most, those of all its steps together: 20,000.</summary>
    public const int DefaultMaxGroups = 20_000;

    /// <summary>How many steps are answered, give or take the one that a window which rolls cuts in two.</summary>
    public int MaxSteps { get; init; } = DefaultMaxSteps;

    /// <summary>How many groups are answered, those of all steps together.</summary>
    public int MaxGroups { get; init; } = DefaultMaxGroups;
}

/// <summary>Why a series is not answered: it would be too long.</summary>
/// <param name="Step">The step that was asked for, or the longest that was tried.</param>
/// <param name="Steps">How many of them the range has.</param>
/// <param name="Groups">How many groups one of them may have; null when the steps alone are too many.</param>
/// <param name="Instead">The shortest step whose answer is not too long; null when there is none that surely is not.</param>
public sealed record SeriesLimit(CalendarStep Step, long Steps, int? Groups, CalendarStep? Instead);
