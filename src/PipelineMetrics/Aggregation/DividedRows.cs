namespace PipelineMetrics.Aggregation;

/// <summary>
/// Rows that are divided into runs, and the figures of every group of them: the durations of each run are laid side by side and ranked,
/// then comes what detail adds. One pass over the rows, two more for detail, a third when there are estimates to judge.
/// </summary>
/// <param name="query">The question.</param>
/// <param name="rows">The rows.</param>
/// <param name="partition">The run of each of their cells.</param>
/// <param name="kinds">How the attempts of each run ended.</param>
/// <param name="reworks">The tasks whose work had to be done again.</param>
internal sealed class DividedRows<TRows>(MetricsQuery query, TRows rows, Partition partition, KindCounts[] kinds, Reworks reworks)
    where TRows : struct, IRows
{
    public (GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups) Figures()
    {
        using var details = query.Detail ? DetailRuns.Of(rows, partition, reworks) : null;
        using var durations = new DurationRuns([.. kinds.Select(k => checked((int)k.Rows))]);
        var laying = new DurationPass(partition.Runs, durations);
        rows.Walk(ref laying);
        var overall = new RunGroup([.. Enumerable.Range(0, partition.Count)], kinds);
        var tables = partition.Dimensions.Select((dimension, i) => (Dimension: dimension, Table: TableOf(i))).ToList();
        overall.Rank(durations, query.Detail);
        var groups = tables.SelectMany(t => t.Table.Groups.Select(g => g.Group)).ToList();
        if (query.GroupPercentiles || query.Detail) groups.ForEach(group => group.Rank(durations, query.Detail));
        if (query.Detail) FindPlaces([overall, .. groups]);
        return (overall.ToFigures(durations, details), tables.ToDictionary(t => t.Dimension, t => t.Table.ToTable(durations, details)));
    }

    private void FindPlaces(List<RunGroup> groups)
    {
        var places = new PlaceFinder();
        groups.ForEach(group => group.AskFor(places));
        places.Find(rows, partition.Runs);
        groups.ForEach(group => group.Take(places));
    }

    private RunTable TableOf(int dimension)
    {
        var values = partition.Values(dimension).Select(v => (v.Key, v.Value.Sum(run => kinds[run].Rows), v.Value)).ToList();
        var (groups, folded) = GroupTable.Choose(values, query.MaxGroups);
        return new RunTable([.. groups.Select(g => (g.Key, new RunGroup([.. g.Parts.SelectMany(runs => runs)], kinds)))], folded);
    }

    private sealed record RunTable(List<(string Key, RunGroup Group)> Groups, int Folded)
    {
        public GroupTable ToTable(DurationRuns durations, DetailRuns? details) =>
            new([.. Groups.Select(g => KeyValuePair.Create(g.Key, g.Group.ToFigures(durations, details)))], Folded);
    }
}
