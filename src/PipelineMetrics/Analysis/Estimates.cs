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
public sealed class Estimates(Predictor predictor, CompletionTable completions, TimeProvider clock)
{
    // What is told so late is a log that is replayed; what was known then is not known now.
    private static readonly TimeSpan LatestTold = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(1);

    // Kinds of work are few; whoever makes up many must not fill the memory.
    private const int MostKinds = 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskKind, Prediction> _predictions = [];
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
        var prediction = Of(kind, now);
        return prediction.Fallback == Fallback.All
            ? said
            : said.WithEstimates(Expected(prediction.InputTokens), Expected(prediction.OutputTokens), Expected(prediction.CostUsdMicros));
    }

    private static bool Registers(EventDraft said) => said.EventType == TaskEvents.Created && said.EntityType is null or "task";

    private static bool IsNew(EventDraft said, DateTimeOffset now) =>
        said.Source is null or "" or Completion.DefaultSource && (said.Timestamp is not { } told || now - told <= LatestTold);

    private static string? Known(string? text) => text is "" ? null : text;

    private long? Expected(Distribution distribution) => distribution.Count >= predictor.MinSamples ? distribution.Median : null;

    private Prediction Of(TaskKind kind, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_history is null || !IsFresh(_history, now)) LookAgain(now);
            if (_predictions.TryGetValue(kind, out var known)) return known;
            if (_predictions.Count == MostKinds) _predictions.Clear();
            return _predictions[kind] = predictor.Predict(kind, _history!);
        }
    }

    private bool IsFresh(Cohorts history, DateTimeOffset now) =>
        now >= _countedAt && now - _countedAt <= LongestKept && completions.Version - history.State.Version <= _completions / 100;

    private void LookAgain(DateTimeOffset now)
    {
        _predictions.Clear();
        _completions = completions.Count;
        _countedAt = now;
        _history = predictor.CohortsOf(TimeRange.Rolling(Predictor.DefaultWindow), now);
    }
}
