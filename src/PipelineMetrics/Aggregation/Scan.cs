namespace PipelineMetrics.Aggregation;

/// <summary>
/// Answers any question from the columns: rows are counted by cell, then the durations of each run are laid side by side and ranked,
/// then comes what detail adds. Two passes over the rows in range, two more for detail.
/// </summary>
internal sealed class Scan
{
    private readonly MetricsQuery _query;
    private readonly Selected _rows;
    private readonly Partition _partition;
    private readonly KindCounts[] _kinds;
    private readonly DetailTally[]? _details;

    public Scan(MetricsQuery query, Columns columns, in Selected rows)
    {
        (_query, _rows) = (query, rows);
        var profiles = columns.Profiles.Snapshot;
        var counts = new int[profiles.Length << Kind.Bits];
        var counting = new RowCounts(counts);
        rows.Walk(ref counting);
        _partition = new Partition(query, profiles, counts);
        _kinds = new KindCounts[_partition.Count];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            if (_partition.Runs[cell] is >= 0 and var run) _kinds[run][cell & (Kind.Count - 1)] += counts[cell];
        }
        if (!query.Detail) return;
        _details = [.. Enumerable.Range(0, _partition.Count).Select(_ => new DetailTally())];
        var summing = new DetailPass(_partition.Runs, _details);
        rows.Walk(ref summing);
    }

    public (GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups) Figures()
    {
        using var durations = new DurationRuns([.. _kinds.Select(k => checked((int)k.Rows))]);
        var laying = new DurationPass(_partition.Runs, durations);
        _rows.Walk(ref laying);
        var overall = new RunGroup([.. Enumerable.Range(0, _partition.Count)], _kinds);
        var tables = _partition.Dimensions.Select((dimension, i) => (Dimension: dimension, Table: TableOf(i))).ToList();
        overall.Rank(durations, _query.Detail);
        var groups = tables.SelectMany(t => t.Table.Groups.Select(g => g.Group)).ToList();
        if (_query.GroupPercentiles || _query.Detail) groups.ForEach(group => group.Rank(durations, _query.Detail));
        if (_query.Detail) FindPlaces([overall, .. groups]);
        return (overall.ToFigures(durations, _details), tables.ToDictionary(t => t.Dimension, t => t.Table.ToTable(durations, _details)));
    }

    private void FindPlaces(List<RunGroup> groups)
    {
        var places = new PlaceFinder();
        groups.ForEach(group => group.AskFor(places));
        places.Find(_rows, _partition.Runs);
        groups.ForEach(group => group.Take(places));
    }

    private RunTable TableOf(int dimension)
    {
        var values = _partition.Values(dimension).Select(v => (v.Key, v.Value.Sum(run => _kinds[run].Rows), v.Value)).ToList();
        var (groups, folded) = GroupTable.Choose(values, _query.MaxGroups);
        return new RunTable([.. groups.Select(g => (g.Key, new RunGroup([.. g.Parts.SelectMany(runs => runs)], _kinds)))], folded);
    }

    private sealed record RunTable(List<(string Key, RunGroup Group)> Groups, int Folded)
    {
        public GroupTable ToTable(DurationRuns durations, DetailTally[]? details) =>
            new([.. Groups.Select(g => KeyValuePair.Create(g.Key, g.Group.ToFigures(durations, details)))], Folded);
    }
}
