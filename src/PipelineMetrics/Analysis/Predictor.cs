using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Analysis;

/// <summary>
/// Predicts what an attempt at a task comes to, from what was recorded: of the attempts most like it, as long as there are enough of
/// them, else of less similar ones. Failed attempts count, since they cost as well; cancelled ones do not; a guessed outcome does not
/// matter.
/// </summary>
/// <param name="completions">What was recorded, as it is when it is asked for.</param>
/// <param name="options">How many are enough.</param>
public sealed class Predictor(Func<CompletionTable> completions, PredictionOptions options)
{
    /// <summary>The history that is looked at unless another is asked for: 90 days.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(90);

    /// <summary>Predicts from a table that stays the same one.</summary>
    /// <param name="completions">What was recorded.</param>
    /// <param name="options">How many are enough.</param>
    public Predictor(CompletionTable completions, PredictionOptions options) : this(() => completions, options)
    {
    }

    /// <summary>The prediction for a task.</summary>
    /// <param name="kind">What is known of it; at least one value.</param>
    /// <param name="range">The history to go by.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="ArgumentException">Nothing is known of it.</exception>
    public Prediction Predict(TaskKind kind, TimeRange range, DateTimeOffset now)
    {
        var history = completions().CohortsOf(range, now);
        var similar = new SimilarWork(kind, history, options.MinSamples);
        var numbers = similar.Numbers();
        return new Prediction
        {
            State = history.State,
            HoldsUntil = history.HoldsUntil,
            TruncatedBefore = history.TruncatedBefore,
            SampleSize = similar.Size,
            Fallback = similar.Fallback,
            Confidence = Confidences.Of(similar.Fallback, similar.Size, options.MinSamples),
            InputTokens = numbers.InputTokens,
            OutputTokens = numbers.OutputTokens,
            CostUsdMicros = numbers.CostUsdMicros,
            DurationMs = numbers.DurationMs,
        };
    }
}
