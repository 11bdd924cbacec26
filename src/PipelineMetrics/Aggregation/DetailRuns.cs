namespace PipelineMetrics.Aggregation;

/// <summary>What detail adds to the runs of a question: sums, and the errors of estimates laid side by side.</summary>
internal sealed class DetailRuns : IDisposable
{
    private static readonly int[] Half = [50];
    private readonly DetailTally[] _tallies;

    // By pair; null when no row says both numbers of it, as in most logs.
    private readonly DurationRuns?[] _errors;

    private DetailRuns(DetailTally[] tallies)
    {
        _tallies = tallies;
        _errors = [.. Enumerable.Range(0, EstimatePairs.All.Length).Select(pair => RoomFor([.. tallies.Select(t => t.Estimates(pair).Judged)]))];
    }

    /// <summary>One pass over the rows, and a second when there are estimates to judge.</summary>
    public static DetailRuns Of<TRows>(in TRows rows, Partition partition, Reworks reworks)
        where TRows : struct, IRows
    {
        DetailTally[] tallies = [.. Enumerable.Range(0, partition.Count).Select(_ => new DetailTally())];
        var summing = new DetailPass(partition.Runs, tallies, reworks);
        rows.Walk(ref summing);
        var details = new DetailRuns(tallies);
        if (Array.TrueForAll(details._errors, errors => errors is null)) return details;
        var laying = new ErrorPass(partition.Runs, details._errors);
        rows.Walk(ref laying);
        return details;
    }

    /// <summary>The sums of several runs together.</summary>
    public DetailTally TallyOf(ReadOnlySpan<int> runs)
    {
        var tally = new DetailTally();
        foreach (var run in runs) tally.Add(_tallies[run]);
        return tally;
    }

    /// <summary>How far the estimates of a pair were off in several runs together.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tally">Their sums.</param>
    public EstimateError ErrorOf(int pair, ReadOnlySpan<int> runs, DetailTally tally)
    {
        var estimates = tally.Estimates(pair);
        return estimates.ToError(estimates.Judged == 0 ? null : _errors[pair]!.At(runs, Half)[0]);
    }

    public void Dispose()
    {
        foreach (var errors in _errors) errors?.Dispose();
    }

    private static DurationRuns? RoomFor(int[] sizes) => Array.TrueForAll(sizes, size => size == 0) ? null : new DurationRuns(sizes);

    /// <summary>Lays the errors of each run side by side, in hundredths of a percent.</summary>
    private readonly struct ErrorPass(int[] runs, DurationRuns?[] errors) : IRowVisitor
    {
        public void Visit(Block block, int row)
        {
            var run = runs[block.Cells[row]];
            if (run < 0) return;
            for (var pair = 0; pair < errors.Length; pair++)
            {
                if (errors[pair] is not { } of || !EstimatePairs.TryRead(pair, block, row, out var estimated, out var actual) || actual == 0) continue;
                of.Values[of.Ends[run]++] = EstimatePairs.ErrorOf(estimated, actual);
                of.Sums[run] = new Sum(0, of.Sums[run].Count + 1);
            }
        }
    }
}
