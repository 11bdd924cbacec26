namespace PipelineMetrics.Aggregation;

/// <summary>Answers any question from the columns: rows are counted by cell, cells are divided into runs, runs make groups.</summary>
internal static class Scan
{
    public static (GroupFigures Overall, IReadOnlyDictionary<Dimension, GroupTable> Groups) Figures(
        MetricsQuery query, Columns columns, in Selected rows)
    {
        var profiles = columns.Profiles.Snapshot;
        var counts = new int[profiles.Length << Kind.Bits];
        var counting = new RowCounts(counts);
        rows.Walk(ref counting);
        var partition = new Partition(query, profiles, counts);
        var kinds = new KindCounts[partition.Count];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            if (partition.Runs[cell] is >= 0 and var run) kinds[run][cell & (Kind.Count - 1)] += counts[cell];
        }
        return new DividedRows<Selected>(query, rows, partition, kinds, rows.Reworks).Figures();
    }
}
