using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Analysis;

/// <summary>
/// Predicts what an attempt at a task comes to, from what was recorded: of the attempts most like it, as long as there are enough of
/// them, else of less similar ones. Failed attempts count, since they cost as well; cancelled ones do not; a guessed outcome does not
/// matter.
/// </summary>
/// <param name="completions">What was recorded.</param>
/// <param name="options">How many are enough.</param>
public sealed class Predictor(CompletionTable completions, PredictionOptions options)
{
    /// <summary>The history that is looked at unless another is asked for: 90 days.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(90);

    /// <summary>How many attempts are enough.</summary>
    internal int MinSamples => options.MinSamples;

    /// <summary>The prediction for a task.</summary>
    /// <param name="kind">What is known of it; at least one value.</param>
    /// <param name="range">The history to go by.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="ArgumentException">Nothing is known of it.</exception>
    public Prediction Predict(TaskKind kind, TimeRange range, DateTimeOffset now) => Predict(kind, CohortsOf(range, now));

    /// <summary>The history of a range, for several predictions.</summary>
    internal Cohorts CohortsOf(TimeRange range, DateTimeOffset now) => completions.CohortsOf(range, now);

    /// <inheritdoc cref="Predict(TaskKind, TimeRange, DateTimeOffset)"/>
    internal Prediction Predict(TaskKind kind, Cohorts history)
    {
        if (kind.Said == 0) throw new ArgumentException("Nothing is said of the task.", nameof(kind));
        var likeness = history.LikenessTo(kind.Values);
        var (level, values) = Choose(likeness, kind);
        var size = level == Fallback.None ? 0 : likeness.SizeOf(values);
        var numbers = size == 0 ? AttemptNumbers.Unknown : likeness.NumbersOf(values);
        return new Prediction
        {
            State = history.State,
            HoldsUntil = history.HoldsUntil,
            SampleSize = size,
            Fallback = level,
            Confidence = Confidences.Of(level, size, options.MinSamples),
            InputTokens = numbers.InputTokens,
            OutputTokens = numbers.OutputTokens,
            CostUsdMicros = numbers.CostUsdMicros,
            DurationMs = numbers.DurationMs,
        };
    }

    // The first level with enough attempts, else the first with any.
    private (Fallback Level, int Values) Choose(Likeness likeness, TaskKind kind)
    {
        var levels = FallbackLadder.For(kind.Said).Select(rung => (rung.Level, rung.Values, Size: likeness.SizeOf(rung.Values))).Where(rung => rung.Size > 0).ToList();
        if (levels.Count == 0) return (Fallback.None, 0);
        var enough = levels.FindIndex(rung => rung.Size >= options.MinSamples);
        var (level, values, _) = levels[Math.Max(enough, 0)];
        return (level, values);
    }
}
