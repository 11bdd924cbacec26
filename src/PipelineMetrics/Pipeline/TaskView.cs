using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>A registered task as it was after some line of the log. Immutable.</summary>
public sealed record TaskView
{
    /// <summary>Its identity.</summary>
    public required TaskKey Key { get; init; }

    /// <summary>Where it stands.</summary>
    public TaskState State { get; init; }

    /// <summary>What kind of work it is; null when nobody said.</summary>
    public string? TaskType { get; init; }

    /// <summary>The model that is to do it.</summary>
    public string? Model { get; init; }

    /// <summary>The role the agent plays.</summary>
    public string? Role { get; init; }

    /// <summary>What is to be done.</summary>
    public string? Direction { get; init; }

    /// <summary>Anything the task needs, as JSON.</summary>
    public string? Context { get; init; }

    /// <summary>Higher goes first.</summary>
    public decimal Priority { get; init; }

    /// <summary>The change request behind it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Who has claimed it.</summary>
    public string? Runner { get; init; }

    /// <summary>What waits for a decision, or why it was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>What was said of how much it presses; null when nothing was.</summary>
    public TaskPressure? Pressure { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Since when it waits for a runner, if it does: since it was registered, or since an attempt was given back. A claim that is given
    /// back before anything started changes nothing.
    /// </summary>
    public DateTimeOffset PendingSince { get; init; }

    /// <summary>The time of the newest fact about it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The attempt that is open or was the last, from 1; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>When that attempt first started; null when nobody said.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its current running stretch began; null while it does not run.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>Milliseconds of its finished running stretches. Waiting for a decision is in none.</summary>
    public long FinishedStretchesMs { get; init; }

    /// <summary>How the last closed attempt ended; null when none has.</summary>
    public ClosedAttempt? LastClosed { get; init; }

    /// <summary>Expected input tokens, taken when it was registered.</summary>
    public long? EstimatedInputTokens { get; init; }

    /// <summary>Expected output tokens, taken when it was registered.</summary>
    public long? EstimatedOutputTokens { get; init; }

    /// <summary>Expected cost in millionths of a US dollar, taken when it was registered.</summary>
    public long? EstimatedCostUsdMicros { get; init; }

    /// <summary>Anything else that was said when it was registered, as JSON.</summary>
    public string? Metadata { get; init; }

    /// <summary>The places of all lines about it in the log, oldest first.</summary>
    public SharedList<long> History { get; init; } = new();

    /// <summary>The type under which its completions are counted.</summary>
    public string TypeInFigures => TaskType ?? Completion.Unknown;

    /// <summary>Retries before the attempt that is open or was the last.</summary>
    public int RetryCount => Math.Max(0, Attempt - 1);

    /// <summary>Whether an attempt is open: started, or interrupted by a question or a release.</summary>
    public bool HasOpenAttempt => Attempt > 0 && LastClosed?.Attempt != Attempt;

    /// <summary>How long a pending task has waited for a runner at a time.</summary>
    public TimeSpan WaitAt(DateTimeOffset now) => now > PendingSince ? now - PendingSince : TimeSpan.Zero;

    /// <summary>How long the open attempt has run at a time, milliseconds; null when it never did.</summary>
    public long? RunningMs(DateTimeOffset now)
    {
        if (StartedAt is null) return null;
        var current = RunningSince is { } since ? Math.Max(0L, (long)(now - since).TotalMilliseconds) : 0;
        // Foreign times may be absurd; a sum of them must not come out negative.
        return FinishedStretchesMs + Math.Min(current, long.MaxValue - FinishedStretchesMs);
    }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="Status">Completed or failed.</param>
/// <param name="At">When it finished.</param>
/// <param name="RetryCount">The retry count its completion says, or the attempt's own.</param>
/// <param name="Place">Where the completion stands in the log.</param>
/// <param name="CompletionId">The id of the completion; null when its line has none.</param>
public sealed record ClosedAttempt(int Attempt, CompletionStatus Status, DateTimeOffset At, long RetryCount, long Place, string? CompletionId)
{
    /// <summary>Whether it was given up, which counts as neither completed nor failed in any rate.</summary>
    public bool WasCancelled { get; init; }
}
