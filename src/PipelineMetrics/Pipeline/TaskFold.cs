using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// What each fact makes of a task. Facts from other logs may come in any order and contradict each other: a fact is always taken at
/// its word, and a task is never lost.
/// </summary>
internal static class TaskFold
{
    public static TaskView Apply(TaskView? task, TaskKey key, PipelineEvent fact, long place)
    {
        var known = Note(task ?? Register(key, fact), fact.Timestamp, place);
        return fact.EventType switch
        {
            TaskEvents.Created when task is { Direction: null } => Describe(known, fact),
            TaskEvents.Claimed => known with { Runner = fact.Runner ?? known.Runner },
            TaskEvents.Released => Release(known, fact.Timestamp),
            TaskEvents.Started => Start(known, fact),
            TaskEvents.NeedsDecision => Ask(known, fact),
            TaskEvents.Cancelled => Pause(known, fact.Timestamp) with { State = TaskState.Cancelled, Reason = fact.Reason },
            _ => known,
        };
    }

    public static TaskView Apply(TaskView task, Completion completion, long place)
    {
        var known = Note(task, completion.CreatedAt, place);
        if (completion.Revises is not null) return known;
        var attempt = known.HasOpenAttempt ? known.Attempt : known.Attempt + 1;
        return Pause(known, completion.CreatedAt) with
        {
            State = StateAfter(completion),
            Attempt = attempt,
            Runner = completion.Runner ?? known.Runner,
            Reason = null,
            LastClosed = new ClosedAttempt(attempt, completion.Status, completion.CreatedAt, completion.RetryCount ?? attempt - 1, place, completion.Id)
            {
                WasCancelled = completion.Outcome == Outcome.Cancelled,
            },
        };
    }

    private static TaskState StateAfter(Completion completion) => completion.Outcome switch
    {
        Outcome.Cancelled => TaskState.Cancelled,
        _ => completion.Status == CompletionStatus.Completed ? TaskState.Completed : TaskState.Failed,
    };

    private static TaskView Register(TaskKey key, PipelineEvent fact) =>
        Describe(new TaskView { Key = key, CreatedAt = fact.Timestamp, PendingSince = fact.Timestamp }, fact);

    private static TaskView Describe(TaskView task, PipelineEvent fact) => task with
    {
        TaskType = fact.TaskType,
        Model = fact.Agent?.Model,
        Role = fact.Agent?.Role,
        Direction = fact.Direction,
        Context = fact.Context,
        Pressure = TaskPressure.Of(fact.Context, fact.Metadata),
        Priority = fact.Priority ?? 0,
        RequestId = fact.RequestId,
        EstimatedInputTokens = fact.EstimatedInputTokens,
        EstimatedOutputTokens = fact.EstimatedOutputTokens,
        EstimatedCostUsdMicros = fact.EstimatedCostUsdMicros,
        Metadata = fact.Metadata,
    };

    private static TaskView Note(TaskView task, DateTimeOffset at, long place) =>
        task with { UpdatedAt = at > task.UpdatedAt ? at : task.UpdatedAt, History = task.History.Add(place) };

    // The same attempt again ends an interruption; any other number, or none, opens the next attempt.
    private static TaskView Start(TaskView task, PipelineEvent fact)
    {
        var resumes = task.HasOpenAttempt && (fact.Attempt ?? task.Attempt) == task.Attempt;
        var started = resumes
            ? Pause(task, fact.Timestamp)
            : task with { Attempt = (int)(fact.Attempt ?? task.Attempt + 1), StartedAt = fact.Timestamp, FinishedStretchesMs = 0 };
        return started with { State = TaskState.Running, RunningSince = fact.Timestamp, Runner = fact.Runner ?? task.Runner, Reason = null };
    }

    // Who asks has the task, as who runs it has.
    private static TaskView Ask(TaskView task, PipelineEvent fact) => Pause(task, fact.Timestamp) with
    {
        State = TaskState.NeedsDecision,
        Reason = fact.Reason,
        Runner = fact.Runner ?? task.Runner,
    };

    private static TaskView Release(TaskView task, DateTimeOffset at) => Pause(task, at) with
    {
        State = TaskState.Pending,
        Runner = null,
        Reason = null,
        PendingSince = task.State == TaskState.Pending ? task.PendingSince : at,
    };

    private static TaskView Pause(TaskView task, DateTimeOffset at) =>
        task.RunningSince is null ? task : task with { FinishedStretchesMs = task.RunningMs(at) ?? 0, RunningSince = null };
}
