namespace PipelineMetrics.Aggregation;

/// <summary>
/// The finished attempts of a range as they were at one moment, cancelled ones left out. They are counted once; then any number of
/// questions may be asked about those that are alike, by any threads, for as long as it is kept.
/// </summary>
internal sealed class Cohorts
{
    private readonly Selected _rows;
    private readonly Profile[] _profiles;
    private readonly int[] _attempts;

    /// <param name="columns">All rows.</param>
    /// <param name="rows">The rows in range.</param>
    public Cohorts(Columns columns, in Selected rows)
    {
        _rows = rows;
        _profiles = columns.Profiles.Snapshot;
        var counts = new int[_profiles.Length << Kind.Bits];
        var counting = new RowCounts(counts);
        rows.Walk(ref counting);
        _attempts = new int[_profiles.Length];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            if ((cell & (Kind.Count - 1)) != Kind.Cancelled) _attempts[cell >> Kind.Bits] += counts[cell];
        }
    }

    /// <summary>What they were taken from.</summary>
    public required MetricsState State { get; init; }

    /// <summary>Until when, the instant included, they are the attempts of their range as long as no fact is applied.</summary>
    public required DateTimeOffset HoldsUntil { get; init; }

    /// <inheritdoc cref="MetricsResult.TruncatedBefore"/>
    public DateTimeOffset? TruncatedBefore { get; init; }

    /// <summary>Which of some values each attempt has.</summary>
    /// <param name="values">At most eight; null is a value that none has. How an attempt ended is not asked for here.</param>
    public Likeness LikenessTo(IReadOnlyList<(Dimension Dimension, string? Value)> values)
    {
        var has = new byte[_profiles.Length];
        var sizes = new long[1 << values.Count];
        for (var number = 0; number < has.Length; number++)
        {
            if (_attempts[number] == 0) continue;
            for (var i = 0; i < values.Count; i++)
            {
                if (values[i].Value is { } value && _profiles[number][values[i].Dimension] == value) has[number] |= (byte)(1 << i);
            }
            sizes[has[number]] += _attempts[number];
        }
        return new Likeness(_rows, has, sizes);
    }
}
