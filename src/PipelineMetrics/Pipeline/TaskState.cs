namespace PipelineMetrics.Pipeline;

/// <summary>Where a registered task stands.</summary>
public enum TaskState
{
    /// <summary>Waits for a runner.</summary>
    Pending,

    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>The attempt waits for somebody to decide; this time is not counted as running.</summary>
    NeedsDecision,

    /// <summary>Done. Final.</summary>
    Completed,

    /// <summary>The last attempt failed; another may start.</summary>
    Failed,

    /// <summary>Given up. Final.</summary>
    Cancelled,
}

/// <summary>The words for the states in JSON.</summary>
public static class TaskStates
{
    private static readonly string[] Words = ["pending", "running", "needs_decision", "completed", "failed", "cancelled"];

    /// <summary>All states in the order of a task's life.</summary>
    public static IReadOnlyList<TaskState> All { get; } = Enum.GetValues<TaskState>();

    /// <summary>The word for a state.</summary>
    public static string Word(TaskState state) => Words[(int)state];

    /// <summary>The state a word stands for.</summary>
    public static bool TryParse(string word, out TaskState state)
    {
        var index = Array.IndexOf(Words, word);
        state = (TaskState)Math.Max(index, 0);
        return index >= 0;
    }
}
