using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>What detail sums over a run. Sums are of whole numbers and wide enough never to wrap.</summary>
internal sealed class DetailTally
{
    private readonly Int128[] _sums = new Int128[DetailNumbers.Count];
    private readonly long[] _counts = new long[DetailNumbers.Count];
    private readonly EstimateTally[] _estimates = new EstimateTally[EstimatePairs.All.Length];

    public long Inferred { get; private set; }

    public long FirstPass { get; private set; }

    public long EstimatedCosts { get; private set; }

    public long GatesKnown { get; private set; }

    public long GatesFailed { get; private set; }

    /// <param name="block">The block of the row.</param>
    /// <param name="row">The row in its block.</param>
    /// <param name="reworks">The tasks whose work had to be done again: their attempts were no first passes.</param>
    public void Add(Block block, int row, in Reworks reworks)
    {
        var marks = block.Marks[row];
        if ((marks & RowMarks.Inferred) != 0) Inferred++;
        if ((marks & RowMarks.GatesKnown) != 0) GatesKnown++;
        if ((marks & RowMarks.GatesFailed) != 0) GatesFailed++;
        for (var i = 0; i < DetailNumbers.Count; i++)
        {
            // Estimates are summed below, and only beside what they came to.
            if (EstimatePairs.IsEstimate((CompletionDetail)i) || block.Detail((CompletionDetail)i) is not { } column || column[row] is not (>= 0 and var value)) continue;
            _sums[i] += value;
            _counts[i]++;
        }
        for (var pair = 0; pair < _estimates.Length; pair++)
        {
            if (EstimatePairs.TryRead(pair, block, row, out var estimated, out var actual)) _estimates[pair].Add(estimated, actual);
        }
        if ((marks & RowMarks.CostEstimated) != 0 && ValueOf(block, CompletionDetail.CostUsdMicros, row) >= 0) EstimatedCosts++;
        if (Kind.IsCompleted(block.Cells[row] & (Kind.Count - 1)) && ValueOf(block, CompletionDetail.Retries, row) <= 0 && !reworks.Include(block.Tasks[row])) FirstPass++;
    }

    public void Add(DetailTally part)
    {
        for (var i = 0; i < DetailNumbers.Count; i++)
        {
            _sums[i] += part._sums[i];
            _counts[i] += part._counts[i];
        }
        for (var pair = 0; pair < _estimates.Length; pair++) _estimates[pair].Add(part._estimates[pair]);
        (Inferred, FirstPass, EstimatedCosts) = (Inferred + part.Inferred, FirstPass + part.FirstPass, EstimatedCosts + part.EstimatedCosts);
        (GatesKnown, GatesFailed) = (GatesKnown + part.GatesKnown, GatesFailed + part.GatesFailed);
    }

    public Sum SumOf(CompletionDetail detail) => new((long)Int128.Min(_sums[(int)detail], long.MaxValue), _counts[(int)detail]);

    /// <summary>The sums of one of the <see cref="EstimatePairs"/>.</summary>
    public EstimateTally Estimates(int pair) => _estimates[pair];

    private static long ValueOf(Block block, CompletionDetail detail, int row) => block.Detail(detail)?[row] ?? -1;
}

/// <summary>Sums the details of each run.</summary>
internal readonly struct DetailPass(int[] runs, DetailTally[] tallies, Reworks reworks) : IRowVisitor
{
    public void Visit(Block block, int row)
    {
        var run = runs[block.Cells[row]];
        if (run >= 0) tallies[run].Add(block, row, reworks);
    }
}
