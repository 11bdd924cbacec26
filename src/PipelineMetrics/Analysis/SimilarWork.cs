using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Analysis;

/// <summary>The attempts that a prediction is made of: those most like the task, as long as there are enough of them.</summary>
internal sealed class SimilarWork
{
    private readonly Likeness _likeness;
    private readonly int _values;

    /// <param name="kind">What is known of the task; at least one value.</param>
    /// <param name="history">All attempts.</param>
    /// <param name="minSamples">How many are enough.</param>
    /// <exception cref="ArgumentException">Nothing is known of the task.</exception>
    public SimilarWork(TaskKind kind, Cohorts history, int minSamples)
    {
        if (kind.Said == 0) throw new ArgumentException("Nothing is said of the task.", nameof(kind));
        _likeness = history.LikenessTo(kind.Values);
        var levels = FallbackLadder.For(kind.Said).Select(rung => (rung.Level, rung.Values, Size: _likeness.SizeOf(rung.Values)))
            .Where(rung => rung.Size > 0).ToList();
        // The first level with enough attempts, else the first with any.
        var enough = levels.FindIndex(rung => rung.Size >= minSamples);
        (Fallback, _values, Size) = levels.Count == 0 ? (Fallback.None, 0, 0) : levels[Math.Max(enough, 0)];
        Shared = kind.Only(_values);
    }

    /// <summary>What they have in common with the task.</summary>
    public Fallback Fallback { get; }

    /// <summary>The values they share with it. Of different tasks with the same ones, these are the same attempts.</summary>
    public TaskKind Shared { get; }

    /// <summary>How many they are.</summary>
    public long Size { get; }

    /// <summary>How their numbers are distributed. One pass over the history.</summary>
    public AttemptNumbers Numbers() => Size == 0 ? AttemptNumbers.Unknown : _likeness.NumbersOf(_values);
}
