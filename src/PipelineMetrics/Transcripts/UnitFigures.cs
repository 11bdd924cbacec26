using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Transcripts;

/// <summary>What the steps of a unit come to.</summary>
internal sealed class UnitFigures
{
    private const long UnitsPerMicro = 1_000_000;
    private readonly Transcript _transcript;
    private readonly IReadOnlyList<Step> _steps;
    private readonly List<Step> _answers;
    private readonly HashSet<string> _unpriced = new(StringComparer.Ordinal);

    /// <summary>The figures of some steps, oldest first.</summary>
    public UnitFigures(Transcript transcript, IReadOnlyList<Step> steps)
    {
        var answers = new AnswerSet();
        foreach (var step in steps.Where(s => s.Kind == StepKind.Answered)) answers.Add(step);
        (_transcript, _steps, _answers) = (transcript, steps, [.. answers.Kept]);
    }

    /// <summary>Models whose tokens had no price; known when <see cref="ToDraft"/> was called.</summary>
    public IReadOnlyCollection<string> Unpriced => _unpriced;

    /// <summary>Whether a model did anything.</summary>
    public bool HasAnswer => _steps.Any(s => s.Kind is StepKind.Answered or StepKind.Failed || (s.Kind == StepKind.Ended && _transcript.SaysEnds));

    /// <summary>The completion; only when <see cref="HasAnswer"/>.</summary>
    public CompletionDraft ToDraft(PriceTable prices)
    {
        var models = _answers.Where(a => a.Tokens is not null).GroupBy(ModelOf)
            .Select(g => new ModelUsage(g.Key, g.Aggregate(default(TokenCounts), (sum, a) => sum + a.Tokens!.Value), null)).ToList();
        var tokens = models.Aggregate((TokenCounts?)null, (sum, m) => TokenCounts.Add(sum, m.Tokens));
        var model = RunningTotal.MostOutput(models);
        var (outcome, isInferred, error) = Ending();
        var report = new HarnessReport
        {
            Harness = _transcript.Harness,
            Provider = _answers.FirstOrDefault(a => a.Provider is not null && (model is null || ModelOf(a) == model))?.Provider,
            Model = model == ClaudeNames.NoModel ? null : model,
            Tokens = tokens,
            CostUsdMicros = Cost(prices, out var isReported),
            Turns = _answers.Count(a => !a.IsSidechain),
            ToolCalls = _transcript.TellsTools ? ToolCalls.Count : null,
            ToolErrors = Keys(StepKind.ToolFailed).Count(ToolCalls.Contains),
            ContextCompactions = _transcript.TellsTools ? _steps.Count(s => s.Kind == StepKind.Compacted) : null,
            SessionId = _transcript.SessionId,
            Outcome = outcome,
            Error = error,
        };
        var draft = report.ToDraft();
        if (draft.CostSource is not null && !isReported) draft.CostSource = CostSource.Estimated;
        draft.OutcomeInferred = isInferred ? true : null;
        draft.StartedAt = Start;
        draft.CreatedAt = _steps.Last(s => s.Kind != StepKind.Asked).At;
        draft.DurationMs = WorkingMs() is var ms && ms <= CompletionFields.MaxDurationMs ? ms : null;
        return draft;
    }

    private HashSet<string> ToolCalls => field ??= Keys(StepKind.ToolCalled);

    // Questions that were followed by another one got no answer: nothing had begun yet.
    private DateTimeOffset Start
    {
        get
        {
            var first = 0;
            while (first + 1 < _steps.Count && _steps[first].Kind == StepKind.Asked && _steps[first + 1].Kind == StepKind.Asked) first++;
            return _steps[first].At;
        }
    }

    private static string ModelOf(Step answer) => answer.Model ?? ClaudeNames.NoModel;

    private HashSet<string> Keys(StepKind kind) =>
        _steps.Where(s => s.Kind == kind && s.Key is not null).Select(s => s.Key!).ToHashSet(StringComparer.Ordinal);

    // Waiting for the next question is not work: from each question to the last step before the next one.
    private long WorkingMs()
    {
        var (sum, from) = (TimeSpan.Zero, _steps[0].At);
        for (var i = 0; i < _steps.Count; i++)
        {
            if (_steps[i].Kind == StepKind.Asked) from = _steps[i].At;
            else if (i + 1 == _steps.Count || _steps[i + 1].Kind == StepKind.Asked) (sum, from) = (sum + (_steps[i].At - from), _steps[i].At);
        }
        return (long)sum.TotalMilliseconds;
    }

    // Nobody says that a task succeeded; that nothing speaks against it is a guess.
    private (Outcome Outcome, bool IsInferred, string? Error) Ending()
    {
        (Outcome, bool, string?) open = _transcript.SaysEnds ? (Outcome.Cancelled, true, null) : (Outcome.Success, true, null);
        var ending = open;
        foreach (var step in _steps.Where(s => !s.IsSidechain))
        {
            ending = step.Kind switch
            {
                StepKind.Asked when _transcript.SaysEnds => open,
                StepKind.Answered => open,
                StepKind.Interrupted => (Outcome.Cancelled, false, step.Error),
                StepKind.Failed => (Outcome.Failure, false, step.Error),
                StepKind.Ended when ending.Item1 != Outcome.Failure => (Outcome.Success, false, null),
                _ => ending,
            };
        }
        return ending;
    }

    // What the program says, else what the price table says. One part without a price leaves the whole without one.
    private long? Cost(PriceTable prices, out bool isReported)
    {
        Int128 sum = 0;
        (isReported, var isKnown) = (true, false);
        foreach (var answer in _answers.Where(a => a.CostUsdMicros is not null || a.Size > 0))
        {
            isKnown = true;
            if (answer.CostUsdMicros is { } micros)
            {
                sum += (Int128)micros * UnitsPerMicro;
                continue;
            }
            isReported = false;
            var used = answer.Tokens!.Value;
            if (prices.Find(ModelOf(answer)) is not { } price) _unpriced.Add(ModelOf(answer));
            else sum += price.OfRequest(used.Input, used.Output, used.CacheRead ?? 0, used.CacheWrite ?? 0, answer.OneHourWrites);
        }
        return isKnown && _unpriced.Count == 0 ? PriceTable.ToMicros(sum) : null;
    }
}
