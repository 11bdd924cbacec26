using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// What may happen to a task. One attempt, one completion: a second report with the same status is the same attempt, however often it
/// comes and by whichever way, unless its retry count says otherwise. A failed task may be tried again; a completed or cancelled one is
/// final.
/// </summary>
public static class TaskRules
{
    private const long LongestDurationMs = 30L * 24 * 3600 * 1000;

    /// <summary>A task is registered: once, however often it is sent.</summary>
    /// <param name="existing">The task under the same key; null when there is none.</param>
    /// <param name="wanted">The event <c>task:created</c> that would be logged.</param>
    public static TaskVerdict Register(TaskView? existing, EventDraft wanted)
    {
        // A task that another log started before anybody said what is to be done is not registered yet.
        if (existing is null || (existing.Direction is null && wanted.Direction is not null)) return new TaskVerdict.LogEvent(wanted);
        var same = existing.Direction == wanted.Direction && (wanted.TaskType is null || existing.TaskType == wanted.TaskType);
        return same
            ? new TaskVerdict.Repeat()
            : new TaskVerdict.Conflict("task_exists", $"The task '{existing.Key}' is registered with another direction or type. The first stays.");
    }

    /// <summary>A completion was posted for a registered task.</summary>
    public static TaskVerdict Report(TaskView task, CompletionDraft report, CompletionStatus status) => task.State switch
    {
        TaskState.Cancelled when task.LastClosed is not { WasCancelled: true } => Final(task),
        TaskState.Completed or TaskState.Cancelled => IsSameAttempt(task, report, status) ? new TaskVerdict.AlreadyClosed(task.LastClosed!) : Final(task),
        TaskState.Failed => IsSameAttempt(task, report, status) ? new TaskVerdict.AlreadyClosed(task.LastClosed!) : Close(task, report, null),
        _ => Close(task, report, null),
    };

    /// <summary>A change was asked for.</summary>
    /// <param name="task">The task as it is.</param>
    /// <param name="change">What is asked.</param>
    /// <param name="now">The time of the change, for the duration of an attempt it ends.</param>
    public static TaskVerdict Change(TaskView task, TaskChange change, DateTimeOffset now)
    {
        var held = task.State is TaskState.Running or TaskState.NeedsDecision || (task.State == TaskState.Pending && task.Runner is not null);
        if (held && change.Runner is not null && task.Runner is not null && change.Runner != task.Runner)
            return new TaskVerdict.Conflict("task_claimed", $"The task '{task.Key}' is claimed by '{task.Runner}'.");
        return change.State switch
        {
            null => Claim(task, change),
            TaskState.Pending => ToPending(task, change),
            TaskState.Running => ToRunning(task, change),
            TaskState.NeedsDecision => ToNeedsDecision(task, change),
            TaskState.Cancelled => ToCancelled(task, change),
            _ => ToClosed(task, change, now),
        };
    }

    private static TaskVerdict Claim(TaskView task, TaskChange change)
    {
        if (change.Runner is null || task.Runner == change.Runner) return new TaskVerdict.Repeat();
        return task.State switch
        {
            TaskState.Completed or TaskState.Cancelled => Final(task),
            TaskState.Failed => Failed(task),
            _ => Log(task, TaskEvents.Claimed, change),
        };
    }

    private static TaskVerdict ToPending(TaskView task, TaskChange change) => task.State switch
    {
        TaskState.Pending when task.Runner is null || change.Runner is not null => Claim(task, change),
        TaskState.Pending or TaskState.Running or TaskState.NeedsDecision => Log(task, TaskEvents.Released, change),
        TaskState.Failed => Failed(task),
        _ => Final(task),
    };

    private static TaskVerdict ToRunning(TaskView task, TaskChange change) => task.State switch
    {
        TaskState.Running => Claim(task, change),
        TaskState.Pending or TaskState.NeedsDecision or TaskState.Failed =>
            Log(task, TaskEvents.Started, change, task.HasOpenAttempt ? task.Attempt : task.Attempt + 1),
        _ => Final(task),
    };

    private static TaskVerdict ToNeedsDecision(TaskView task, TaskChange change) => task.State switch
    {
        TaskState.NeedsDecision when change.Reason is null || change.Reason == task.Reason => Claim(task, change),
        TaskState.NeedsDecision or TaskState.Pending or TaskState.Running => Log(task, TaskEvents.NeedsDecision, change),
        TaskState.Failed => Failed(task),
        _ => Final(task),
    };

    private static TaskVerdict ToCancelled(TaskView task, TaskChange change) => task.State switch
    {
        TaskState.Cancelled => new TaskVerdict.Repeat(),
        TaskState.Completed => Final(task),
        _ => Log(task, TaskEvents.Cancelled, change),
    };

    private static TaskVerdict ToClosed(TaskView task, TaskChange change, DateTimeOffset now)
    {
        var status = change.State == TaskState.Completed ? CompletionStatus.Completed : CompletionStatus.Failed;
        if (task.LastClosed is { } closed && closed.Status == status && (task.State == change.State || (task.State == TaskState.Cancelled && closed.WasCancelled)))
            return new TaskVerdict.AlreadyClosed(closed);
        if (task.State == TaskState.Failed)
            return new TaskVerdict.Conflict("attempt_closed", $"The last attempt at '{task.Key}' has failed; set it running before it can complete.");
        if (task.State is TaskState.Completed or TaskState.Cancelled) return Final(task);
        var report = change.Report.Clone();
        report.Status = status;
        report.Runner ??= change.Runner;
        return Close(task, report, DurationOf(task, report.CreatedAt ?? now));
    }

    // Time that no completion may say is time that nobody ran: the task was forgotten, and its duration is not known.
    private static long? DurationOf(TaskView task, DateTimeOffset end) =>
        task.HasOpenAttempt && task.RunningMs(end) is { } ms && ms <= LongestDurationMs ? ms : null;

    private static TaskVerdict.Close Close(TaskView task, CompletionDraft report, long? durationMs)
    {
        var attempt = task.HasOpenAttempt ? task.Attempt : task.Attempt + 1;
        return new TaskVerdict.Close(report.Clone().FillFrom(new CompletionDraft
        {
            TaskId = task.Key.TaskId,
            ChainId = task.Key.ChainId,
            TaskType = task.TaskType,
            Model = task.Model,
            Role = task.Role,
            RequestId = task.RequestId,
            Runner = task.Runner,
            DurationMs = durationMs,
            StartedAt = task.HasOpenAttempt ? task.StartedAt : null,
            RetryCount = attempt - 1,
            EstimatedInputTokens = task.EstimatedInputTokens,
            EstimatedOutputTokens = task.EstimatedOutputTokens,
            EstimatedCostUsdMicros = task.EstimatedCostUsdMicros,
        }));
    }

    private static TaskVerdict.LogEvent Log(TaskView task, string eventType, TaskChange change, long? attempt = null) => new(new EventDraft
    {
        EventType = eventType,
        EntityType = "task",
        EntityId = task.Key.TaskId,
        ChainId = task.Key.ChainId,
        RequestId = task.RequestId,
        Runner = change.Runner,
        Attempt = attempt,
        Reason = change.Reason,
        Metadata = change.Report.Metadata,
    });

    private static bool IsSameAttempt(TaskView task, CompletionDraft report, CompletionStatus status) =>
        task.LastClosed is { } closed && status == closed.Status && !(report.RetryCount > closed.RetryCount);

    private static TaskVerdict.Conflict Failed(TaskView task) =>
        new("task_failed", $"The task '{task.Key}' has failed; set it running to try again.");

    private static TaskVerdict.Conflict Final(TaskView task) =>
        new("task_finished", $"The task '{task.Key}' is {TaskStates.Word(task.State)}; nothing can happen to it any more.");
}
