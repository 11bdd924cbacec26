using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Analysis;

/// <summary>
/// What is expected of a task when it is registered: the medians of the prediction for its kind of work and its model, each only when
/// enough attempts say the number, and none when those have nothing in common with the task. They are filled in once, before the event is
/// logged, so nothing that the task comes to itself is ever in them, and the log says the same after a restart.
/// </summary>
/// <remarks>
/// Any number of threads. The history is looked at again when there is 1 % more of it, or after a while, so that registering thousands of
/// tasks costs little more than the first of each kind.
/// </remarks>
public sealed class Estimates(Func<CompletionTable> completions, PredictionOptions options, TimeProvider clock)
{
    // What is told so late is a log that is replayed; what was known then is not known now.
    private static readonly TimeSpan LatestTold = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(1);

    // Kinds of work are few; whoever makes up many must not fill the memory.
    private const int MostKinds = 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskKind, AttemptNumbers?> _byKind = [];

    // By what the attempts have in common: kinds without attempts of their own share those of their model, however many are made up.
    private readonly Dictionary<TaskKind, AttemptNumbers> _byShared = [];
    private Cohorts? _history;
    private DateTimeOffset _countedAt;
    private long _completions;

    /// <summary>The event with what is expected, when it registers a task here and now; any other as it is.</summary>
    public EventDraft Fill(EventDraft said)
    {
        var now = clock.GetUtcNow();
        if (!Registers(said) || !IsNew(said, now)) return said;
        var kind = new TaskKind(Known(said.TaskType), Known(said.Agent?.Model));
        if (kind.Said == 0) return said;
        return Of(kind, now) is { } numbers
            ? said.WithEstimates(Expected(numbers.InputTokens), Expected(numbers.OutputTokens), Expected(numbers.CostUsdMicros))
            : said;
    }

    /// <summary>Lets go the history that was looked at, because a part of it has left.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _history = null;
        }
    }

    private static bool Registers(EventDraft said) => said.EventType == TaskEvents.Created && said.EntityType is null or "task";

    private static bool IsNew(EventDraft said, DateTimeOffset now) =>
        said.Source is null or "" or Completion.DefaultSource && (said.Timestamp is not { } told || now - told <= LatestTold);

    private static string? Known(string? text) => text is "" ? null : text;

    private long? Expected(Distribution distribution) => distribution.Count >= options.MinSamples ? distribution.Median : null;

    private AttemptNumbers? Of(TaskKind kind, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_history is null || !IsFresh(_history, now)) LookAgain(now);
            if (_byKind.TryGetValue(kind, out var known)) return known;
            if (_byKind.Count == MostKinds) _byKind.Clear();
            return _byKind[kind] = Look(new SimilarWork(kind, _history!, options.MinSamples));
        }
    }

    private AttemptNumbers? Look(SimilarWork similar)
    {
        if (similar.Fallback is Fallback.All or Fallback.None) return null;
        if (_byShared.TryGetValue(similar.Shared, out var known)) return known;
        return _byShared[similar.Shared] = similar.Numbers();
    }

    private bool IsFresh(Cohorts history, DateTimeOffset now) =>
        now >= _countedAt && now - _countedAt <= LongestKept && completions().Version - history.State.Version <= _completions / 100;

    private void LookAgain(DateTimeOffset now)
    {
        _byKind.Clear();
        _byShared.Clear();
        var recorded = completions();
        _completions = recorded.Count;
        _countedAt = now;
        _history = recorded.CohortsOf(TimeRange.Rolling(Predictor.DefaultWindow), now);
    }
}
