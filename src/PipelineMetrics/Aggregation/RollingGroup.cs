namespace PipelineMetrics.Aggregation;

/// <summary>The figures of a group while rows come and go.</summary>
internal sealed class RollingGroup
{
    private KindCounts _kinds;
    private long _totalMs;

    public GroupRanks Ranks { get; private set; } = new();

    /// <summary>How many rows there are, cancelled ones included.</summary>
    public long Rows => _kinds.Rows;

    /// <summary>Takes a row in or out.</summary>
    /// <param name="kind">How it ended.</param>
    /// <param name="ms">Its duration, if it is known and counts.</param>
    /// <param name="by">1 or -1.</param>
    public void Count(int kind, uint ms, int by)
    {
        _kinds[kind] += by;
        if (ms == Block.UnknownDuration) return;
        _totalMs += by * (long)ms;
        if (by > 0) Ranks.Add(ms);
        else Ranks.Remove(ms);
    }

    public void Clear() => (_kinds, _totalMs, Ranks) = (default, 0, new GroupRanks());

    /// <param name="atRank">The duration at a rank; null when no percentiles are wanted.</param>
    public GroupFigures ToFigures(Func<int, uint>? atRank) => new()
    {
        Completed = _kinds.Completed,
        Failed = _kinds.Failed,
        Duration = new Sum(_totalMs, Ranks.Count),
        P50 = Percentile(50, atRank),
        P95 = Percentile(95, atRank),
    };

    /// <summary>The figures of several groups together, without percentiles.</summary>
    public static GroupFigures Together(IReadOnlyList<RollingGroup> groups)
    {
        var kinds = default(KindCounts);
        foreach (var group in groups) kinds.Add(group._kinds);
        return new GroupFigures
        {
            Completed = kinds.Completed,
            Failed = kinds.Failed,
            Duration = new Sum(groups.Sum(g => g._totalMs), groups.Sum(g => (long)g.Ranks.Count)),
        };
    }

    private RankedValue? Percentile(int percent, Func<int, uint>? atRank) => atRank is null || Ranks.Count == 0
        ? null
        : new RankedValue(atRank((int)((((long)Ranks.Count * percent) + 99) / 100)), null);
}
