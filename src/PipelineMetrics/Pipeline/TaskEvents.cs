namespace PipelineMetrics.Pipeline;

/// <summary>The event types that move a task.</summary>
public static class TaskEvents
{
    /// <summary>The task was registered.</summary>
    public const string Created = "task:created";

    /// <summary>A runner reserved the task; it has not started.</summary>
    public const string Claimed = "task:claimed";

    /// <summary>The runner gave the task back.</summary>
    public const string Released = "task:released";

    /// <summary>An attempt started, or goes on after an interruption.</summary>
    public const string Started = "task:started";

    /// <summary>The attempt waits for somebody to decide.</summary>
    public const string NeedsDecision = "task:needs_decision";

    /// <summary>The task was given up.</summary>
    public const string Cancelled = "task:cancelled";

    /// <summary>Work that was done has to be done again.</summary>
    public const string Rework = "task:rework";

    /// <summary>Whether there is something to do for a task after an event of this type.</summary>
    internal static bool Opens(string eventType) =>
        eventType is Created or Started or NeedsDecision or Released or Rework or "task:submitted" or "task:changes_requested";

    /// <summary>Whether an event of this type says something else after the end of an attempt than before it.</summary>
    internal static bool Turns(string eventType) => Opens(eventType) || eventType is Claimed or Cancelled;
}
