using PipelineMetrics.Events;

namespace PipelineMetrics.Counters;

/// <summary>
/// Counts finished attempts in the order of the log, so that the same log always comes to the same numbers. No number ever becomes
/// smaller: an attempt is counted once, as it was first told, and a correction only adds what it says more of an amount.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class AttemptCounters
{
    // With what they fall back to, these two and all others stay below 1,600 series.
    private const int MostAttemptSeries = 495;
    private const int MostDurationSeries = 55;
    private static readonly int DurationSum = DurationSteps.UpperSeconds.Count + 1;
    private static readonly string[] Kinds = ["input", "output", "cache_read", "cache_write"];

    private readonly CounterTable[] _tables = new CounterTable[Enum.GetValues<AttemptCounter>().Length];
    private readonly CappedNames _types = new();
    private readonly CappedNames _models = new();
    private readonly CappedNames _harnesses = new();

    public AttemptCounters()
    {
        foreach (var counter in Enum.GetValues<AttemptCounter>())
        {
            var labels = LabelsOf(counter);
            _tables[(int)counter] = counter switch
            {
                AttemptCounter.Attempts => new CounterTable(labels, most: MostAttemptSeries),
                AttemptCounter.Durations => new CounterTable(labels, DurationSum + 1, MostDurationSeries),
                _ => new CounterTable(labels),
            };
        }
    }

    /// <summary>By what a counter counts, in the order of <see cref="CounterSeries.Labels"/>.</summary>
    public static IReadOnlyList<CounterLabel> LabelsOf(AttemptCounter counter) => counter switch
    {
        AttemptCounter.Attempts => [CounterLabel.Outcome, CounterLabel.Type, CounterLabel.Harness],
        AttemptCounter.Durations => [CounterLabel.Type, CounterLabel.Outcome],
        AttemptCounter.Tokens => [CounterLabel.Kind, CounterLabel.Model],
        AttemptCounter.CostUsdMicros => [CounterLabel.Model, CounterLabel.Source],
        AttemptCounter.ReasoningTokens or AttemptCounter.Unpriced => [CounterLabel.Model],
        AttemptCounter.ToolCalls or AttemptCounter.ToolErrors => [CounterLabel.Outcome],
        AttemptCounter.LastCompletionMs => [CounterLabel.Type],
        _ => [CounterLabel.Harness],
    };

    /// <summary>Counts an attempt.</summary>
    public void Count(in CountedAttempt attempt)
    {
        if (!attempt.IsLive)
        {
            Table(AttemptCounter.Backfilled).Add(new(_harnesses.NumberOf(attempt.Harness)), 1);
            return;
        }
        var at = Place(attempt);
        Table(AttemptCounter.Attempts).Add(new(at.Outcome, at.Type, at.Harness), 1);
        Table(AttemptCounter.LastCompletionMs).Raise(new(at.Type), attempt.CreatedMs);
        if (attempt.DurationMs >= 0) AddDuration(at, attempt.DurationMs);
        for (var i = 0; i < AttemptAmounts.Count; i++)
        {
            if (attempt.Amounts[i] >= 0) Add(at, (AttemptAmount)i, attempt.Amounts[i], attempt.IsCostEstimated);
        }
        if (attempt.Amounts[(int)AttemptAmount.CostUsdMicros] < 0 && KnowsTokens(attempt)) Table(AttemptCounter.Unpriced).Add(new(at.Model), 1);
    }

    /// <summary>What is counted of an attempt, to be corrected.</summary>
    public CorrectedAttempt Known(in CountedAttempt attempt) =>
        // One that is backfilled counts under no name, so it must not take the place of one either.
        new(attempt.IsLive ? Place(attempt) : default, attempt);

    /// <summary>Adds what a correction says more of an attempt that was counted.</summary>
    /// <param name="known">What is counted of the attempt; afterwards with what was added.</param>
    /// <param name="correction">The attempt as it should be.</param>
    public void Correct(CorrectedAttempt known, in CountedAttempt correction)
    {
        if (!known.IsLive) return;
        if (known.TryTakeDuration(correction)) AddDuration(known.Place, correction.DurationMs);
        for (var i = 0; i < AttemptAmounts.Count; i++)
        {
            if (known.TakeMore(i, correction) is > 0 and var more) Add(known.Place, (AttemptAmount)i, more, correction.IsCostEstimated);
        }
    }

    /// <summary>The series of a counter as they are now, in the order of their labels.</summary>
    public IReadOnlyList<CounterSeries> SeriesOf(AttemptCounter counter)
    {
        var table = Table(counter);
        var labels = table.Labels;
        return [.. table.Series.OrderBy(s => s.Key.First).ThenBy(s => s.Key.Second).ThenBy(s => s.Key.Third)
            .Select(s => new CounterSeries([.. labels.Select((label, i) => WordOf(label, s.Key[i]))], [.. s.Value]))];
    }

    internal CounterTable Table(AttemptCounter counter) => _tables[(int)counter];

    internal CappedNames NamesOf(CounterLabel label) => label switch
    {
        CounterLabel.Type => _types,
        CounterLabel.Model => _models,
        _ => _harnesses,
    };

    /// <summary>Whether a label has a value of this number.</summary>
    internal bool Knows(CounterLabel label, int number) => label switch
    {
        CounterLabel.Outcome => number < Enum.GetValues<Outcome>().Length,
        CounterLabel.Kind => number < Kinds.Length,
        CounterLabel.Source => number < Enum.GetValues<CostSource>().Length,
        _ => number == CappedNames.Most || number < NamesOf(label).Names.Count,
    };

    private AttemptPlace Place(in CountedAttempt attempt) =>
        new((int)attempt.Outcome, _types.NumberOf(attempt.Type), _models.NumberOf(attempt.Model), _harnesses.NumberOf(attempt.Harness));

    private void AddDuration(AttemptPlace at, long ms)
    {
        var key = new SeriesKey(at.Type, at.Outcome);
        Table(AttemptCounter.Durations).Add(key, 1, DurationSteps.Of(ms));
        Table(AttemptCounter.Durations).Add(key, ms, DurationSum);
    }

    private void Add(AttemptPlace at, AttemptAmount amount, long more, bool isCostEstimated)
    {
        var (counter, key) = amount switch
        {
            AttemptAmount.ReasoningTokens => (AttemptCounter.ReasoningTokens, new SeriesKey(at.Model)),
            AttemptAmount.CostUsdMicros => (AttemptCounter.CostUsdMicros, new(at.Model, (int)(isCostEstimated ? CostSource.Estimated : CostSource.Reported))),
            AttemptAmount.Turns => (AttemptCounter.Turns, new(at.Harness)),
            AttemptAmount.ToolCalls => (AttemptCounter.ToolCalls, new(at.Outcome)),
            AttemptAmount.ToolErrors => (AttemptCounter.ToolErrors, new(at.Outcome)),
            _ => (AttemptCounter.Tokens, new((int)amount, at.Model)),
        };
        Table(counter).Add(key, more);
    }

    private static bool KnowsTokens(in CountedAttempt attempt) =>
        attempt.Amounts[(int)AttemptAmount.InputTokens] >= 0 || attempt.Amounts[(int)AttemptAmount.OutputTokens] >= 0;

    private string WordOf(CounterLabel label, int number) => label switch
    {
        CounterLabel.Outcome => Words.Outcome[(Outcome)number].Value,
        CounterLabel.Kind => Kinds[number],
        CounterLabel.Source => Words.CostSource[(CostSource)number].Value,
        _ => NamesOf(label).NameOf(number),
    };
}
