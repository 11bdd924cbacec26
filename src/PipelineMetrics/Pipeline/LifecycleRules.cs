using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// What an event about a task comes to. One that moves the task obeys the rules of <see cref="TaskRules"/>, so that it makes no
/// difference by which way a change is told; any other is a fact that needs no permission. An event about a task nobody knows makes
/// the task known.
/// </summary>
public static class LifecycleRules
{
    /// <summary>An event that does not end an attempt.</summary>
    /// <param name="task">The task as it is; null when nobody knows it.</param>
    /// <param name="said">The event.</param>
    public static TaskVerdict Happen(TaskView? task, EventDraft said)
    {
        if (task is null) return new TaskVerdict.LogEvent(said);
        return said.EventType switch
        {
            TaskEvents.Created => Create(task, said),
            TaskEvents.Claimed => Move(task, said, null),
            TaskEvents.Released => Release(task, said),
            TaskEvents.Started => Move(task, said, TaskState.Running),
            TaskEvents.NeedsDecision => Move(task, said, TaskState.NeedsDecision),
            TaskEvents.Cancelled => Move(task, said, TaskState.Cancelled),
            _ => new TaskVerdict.LogEvent(said),
        };
    }

    /// <summary>An event that ends an attempt: the same as asking for the task to be completed or failed.</summary>
    /// <param name="task">The task as it is.</param>
    /// <param name="said">The completion that the event tells of.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="now">The time of the change.</param>
    public static TaskVerdict End(TaskView task, CompletionDraft said, CompletionStatus status, DateTimeOffset now)
    {
        var state = status == CompletionStatus.Completed ? TaskState.Completed : TaskState.Failed;
        return TaskRules.Change(task, new TaskChange(state, said.Runner, null, said), now);
    }

    // A task that is known only by what happened to it may be described later.
    private static TaskVerdict Create(TaskView task, EventDraft said)
    {
        var describes = task.Direction is null && said.TaskType is not null && said.TaskType != task.TaskType;
        return describes ? new TaskVerdict.LogEvent(said) : TaskRules.Register(task, said);
    }

    // Who gives back what is theirs claims nothing by saying who they are.
    private static TaskVerdict Release(TaskView task, EventDraft said)
    {
        var other = task.Runner is not null && said.Runner != task.Runner ? said.Runner : null;
        return Move(task, said, TaskState.Pending, other);
    }

    private static TaskVerdict Move(TaskView task, EventDraft said, TaskState? state) => Move(task, said, state, said.Runner);

    // No attempt ends here, so the time of the change decides nothing.
    private static TaskVerdict Move(TaskView task, EventDraft said, TaskState? state, string? runner)
    {
        var verdict = TaskRules.Change(task, new TaskChange(state, runner, said.Reason, new CompletionDraft()), default);
        return verdict is TaskVerdict.LogEvent log ? Allow(task, said, log.Event.Attempt) : verdict;
    }

    // The event is logged as it was told, under the number of the attempt that it begins or goes on with.
    private static TaskVerdict Allow(TaskView task, EventDraft said, long? begins)
    {
        if (said.EventType != TaskEvents.Started) return new TaskVerdict.LogEvent(said);
        var attempt = begins ?? task.Attempt;
        // Attempts that nobody told of may have gone before.
        var isLater = said.Attempt > attempt && !task.HasOpenAttempt;
        if (said.Attempt is { } other && other != attempt && !isLater)
            return new TaskVerdict.Conflict("attempt_conflict", $"The attempt at '{task.Key}' is number {attempt}, not {other}.");
        var started = said.Clone();
        started.Attempt = said.Attempt ?? attempt;
        return new TaskVerdict.LogEvent(started);
    }
}
