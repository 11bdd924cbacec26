namespace PipelineMetrics.Pipeline;

/// <summary>
/// What the figures of the pipeline need of one task, and no more: there is one for every task that was ever named. Times are Unix
/// milliseconds; <see cref="Never"/> is before all of them.
/// </summary>
internal struct TaskStory
{
    public const long Never = long.MinValue;

    /// <summary>When it was completed last.</summary>
    public long CompletedMs;

    /// <summary>How long that attempt took by its own word; -1 when it does not say.</summary>
    public long DurationMs;

    /// <summary>Where the completion stands in the log.</summary>
    public long Place;

    /// <summary>When it was started last; the others are kept beside the story.</summary>
    public long StartMs;

    /// <summary>The newest fact that says there is nothing more to do.</summary>
    public long EndedMs;

    /// <summary>The number of the model that completed it.</summary>
    public int Model;

    /// <summary>The number of its chain; -1 for a task without one.</summary>
    public int Chain;

    public bool IsCounted;
    public bool IsReworked;
    public bool HasManyStarts;

    public static TaskStory Unknown { get; } = new()
    {
        CompletedMs = Never, DurationMs = -1, Place = -1, StartMs = Never, EndedMs = Never, Model = -1, Chain = -1,
    };

    public readonly bool WasStarted => StartMs != Never;

    /// <summary>It was completed. The newest completion counts; of two of one millisecond the one that is told later.</summary>
    public void Complete(in EndedAttempt attempt, int model, long place)
    {
        if (attempt.AtMs >= CompletedMs) (CompletedMs, DurationMs, Model, Place) = (attempt.AtMs, attempt.DurationMs, model, place);
    }
}
