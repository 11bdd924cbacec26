using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>A group while its figures are made: a union of runs.</summary>
/// <param name="runs">Its runs.</param>
/// <param name="kinds">How the attempts of each run ended.</param>
internal sealed class RunGroup(int[] runs, KindCounts[] kinds)
{
    private static readonly int[] ContractPercents = [50, 95];
    private static readonly int[] DetailPercents = [50, 95, 90, 99, 0, 100];

    // Cancelled attempts are in no percentile.
    private readonly int[] _live = Array.FindAll(runs, run => kinds[run][Kind.Cancelled] == 0);
    private uint[] _ranked = [];
    private long?[] _places = new long?[DetailPercents.Length];

    public void Rank(DurationRuns durations, bool detail)
    {
        if (durations.SumOf(_live).Count > 0) _ranked = durations.At(_live, detail ? DetailPercents : ContractPercents);
    }

    public void AskFor(PlaceFinder places) => Array.ForEach(_ranked, places.Want);

    public void Take(PlaceFinder places) => _places = Array.ConvertAll(_ranked, ms => (long?)places.Oldest(_live, ms));

    public GroupFigures ToFigures(DurationRuns durations, DetailRuns? details)
    {
        var counts = default(KindCounts);
        foreach (var run in runs) counts.Add(kinds[run]);
        return new GroupFigures
        {
            Completed = counts.Completed,
            Failed = counts.Failed,
            Duration = durations.SumOf(_live),
            P50 = Ranked(0),
            P95 = Ranked(1),
            Detail = details is null ? null : Detail(counts, details),
        };
    }

    private DetailFigures Detail(in KindCounts counts, DetailRuns details)
    {
        var tally = details.TallyOf(runs);
        return new DetailFigures
        {
            Outcomes = counts.ByOutcome(),
            Inferred = tally.Inferred,
            P90 = Ranked(2),
            P99 = Ranked(3),
            Min = Ranked(4),
            Max = Ranked(5),
            FirstPass = tally.FirstPass,
            Retries = tally.SumOf(CompletionDetail.Retries),
            InputTokens = tally.SumOf(CompletionDetail.InputTokens),
            OutputTokens = tally.SumOf(CompletionDetail.OutputTokens),
            CacheReadTokens = tally.SumOf(CompletionDetail.CacheReadTokens),
            CacheWriteTokens = tally.SumOf(CompletionDetail.CacheWriteTokens),
            ReasoningTokens = tally.SumOf(CompletionDetail.ReasoningTokens),
            Cost = tally.SumOf(CompletionDetail.CostUsdMicros),
            EstimatedCosts = tally.EstimatedCosts,
            GatesKnown = tally.GatesKnown,
            GatesFailed = tally.GatesFailed,
            InputTokensError = details.ErrorOf(EstimatePairs.InputTokens, runs, tally),
            OutputTokensError = details.ErrorOf(EstimatePairs.OutputTokens, runs, tally),
            CostError = details.ErrorOf(EstimatePairs.Cost, runs, tally),
            QueueWait = tally.SumOf(CompletionDetail.QueueWaitMs),
        };
    }

    private RankedValue? Ranked(int index) => index < _ranked.Length ? new RankedValue(_ranked[index], _places[index]) : null;
}
