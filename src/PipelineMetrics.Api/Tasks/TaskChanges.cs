using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Tasks;

/// <summary>What a PATCH asks for.</summary>
internal static class TaskChanges
{
    private static readonly string Statuses = $"{string.Join(", ", TaskStates.All.Select(TaskStates.Word))}, timed_out";

    /// <summary>The change, or the problem with it.</summary>
    public static IResult? Read(CompletionDraft said, TaskKey task, out TaskChange? change)
    {
        change = null;
        if (said.TaskStatus is null && said.Runner is null)
            return Problems.Invalid(new FieldError("status", $"is required, or runner: one of {Statuses}", null));
        if (said.TaskId is { } id && id != task.TaskId)
            return Problems.Invalid(new FieldError("task_id", $"must be the task's own ('{task.TaskId}') or absent", id));
        if (said.ChainId is { } chain && chain != task.ChainId) return Problems.Invalid(new FieldError("chain_id", "must be the task's own or absent", chain));
        if (said.Revises is not null) return Problems.Invalid(new FieldError("revises", "has no meaning in a change of a task", said.Revises));
        TaskState? state = null;
        if (said.TaskStatus is { } word && !TryState(word, said, ref state))
            return Problems.Invalid(new FieldError("status", $"must be one of {Statuses}", word));
        change = new TaskChange(state, said.Runner, said.Reason, said);
        return null;
    }

    // timed_out is failed, and says why.
    private static bool TryState(string word, CompletionDraft said, ref TaskState? state)
    {
        if (word == "timed_out") said.Outcome ??= Outcome.Timeout;
        if (!TaskStates.TryParse(word == "timed_out" ? "failed" : word, out var known)) return false;
        state = known;
        return true;
    }
}
