namespace PipelineMetrics.Aggregation;

/// <summary>
/// Answers a question for every step of a range from the columns. The rows are walked once to divide them by step; then each is looked
/// at as often as in one <see cref="Scan"/> of the whole range, however many steps there are.
/// </summary>
internal sealed class SeriesScan
{
    private readonly MetricsQuery _query;
    private readonly Reworks _reworks;
    private readonly StepRows[] _steps;
    private readonly Partition _whole;
    private readonly StepPartitions _partitions;

    /// <param name="query">The question.</param>
    /// <param name="columns">All rows.</param>
    /// <param name="rows">The rows in range.</param>
    /// <param name="edges">The edges of the steps, which take in all rows in range.</param>
    public SeriesScan(MetricsQuery query, Columns columns, in Selected rows, long[] edges)
    {
        (_query, _reworks) = (query, rows.Reworks);
        var profiles = columns.Profiles.Snapshot;
        var counts = new int[profiles.Length << Kind.Bits];
        var splitting = new StepSplit(edges, counts);
        rows.Walk(ref splitting);
        _steps = splitting.Steps();
        _whole = new Partition(query, profiles, counts);
        _partitions = new StepPartitions(_whole, counts.Length);
    }

    /// <summary>How many groups a step has at most.</summary>
    public int MostGroupsOfAStep => GroupsOf(_whole);

    /// <summary>The figures of each step; null when they have more than so many groups together.</summary>
    public List<(GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups)>? Figures(int maxGroups)
    {
        var figures = new List<(GroupFigures, IReadOnlyDictionary<Dimension, GroupTable>)>(_steps.Length);
        var groups = 0;
        foreach (var rows in _steps)
        {
            var (partition, kinds) = _partitions.Of(rows);
            groups += GroupsOf(partition);
            if (groups > maxGroups) return null;
            figures.Add(new DividedRows<StepRows>(_query, rows, partition, kinds, _reworks).Figures());
        }
        return figures;
    }

    // One more for what is not told apart.
    private int GroupsOf(Partition partition) =>
        Enumerable.Range(0, partition.Dimensions.Count).Sum(dimension => Math.Min(partition.Values(dimension).Count, _query.MaxGroups + 1));
}
