using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>A completion somebody posted: stored once under its id, closing the attempt of a registered task, or correcting another.</summary>
internal sealed class RecordCompletion(CompletionDraft draft, Completion completion, int bytes) : Command
{
    public override int Bytes => bytes;

    public override bool TryDecide(CommitPlan plan)
    {
        if (draft.Id is { } id)
        {
            if (plan.PlannedWithId(id) is { } planned) return TrySettleAgainst(planned);
            if (plan.State.Find(id) is { } stored)
            {
                Settle(Compare(stored.Completion, id));
                return true;
            }
        }
        if (draft.Revises is not null) return TryRevise(plan);
        if (plan.Changes(completion.Task)) return false;
        if (plan.State.Tasks.Find(completion.Task) is { } task) CloseAttempt(plan, task);
        else plan.Add(new PlannedLine(this, completion));
        return true;
    }

    // The first with this id is in the same commit: this one's answer must wait until that one is durable, so it waits for the next commit.
    private static bool TrySettleAgainst(PlannedLine planned) => planned.Owner.Receipt is not null;

    private Receipt Compare(Completion? stored, string id)
    {
        if (stored is null) return Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to an event.") with { Id = id };
        return completion.RepeatsWhatIsStored(stored, out var difference)
            ? new Receipt(Verdict.Duplicate) { Id = id, Code = "duplicate", Reason = "The same completion is stored." }
            : Receipt.Refused(Verdict.Conflict, "id_conflict", $"Another completion is stored under the id '{id}': '{difference}' differs. The first stays.") with { Id = id };
    }

    private bool TryRevise(CommitPlan plan)
    {
        if (plan.PlannedWithId(draft.Revises!) is not null || plan.Revises(draft.Revises!)) return false;
        if (CurrentOf(plan.State, draft.Revises!) is not var (original, current, revision) || original is null)
        {
            Settle(Receipt.Refused(Verdict.Unknown, "unknown_completion", $"No completion has the id '{draft.Revises}', so it cannot be revised."));
            return true;
        }
        if (draft.Revision <= revision)
            Settle(Receipt.Refused(Verdict.Conflict, "revision_conflict", $"Revision {revision} of '{draft.Revises}' is stored; {draft.Revision} comes too late."));
        else PlanRevision(plan, current!.CorrectedBy(draft, draft.Revision ?? revision + 1), instead: null);
        return true;
    }

    private void CloseAttempt(CommitPlan plan, TaskView task)
    {
        var verdict = TaskRules.Close(task, draft, plan.Now);
        switch (verdict)
        {
            case TaskVerdict.Close close:
                PlanClosing(plan, close.Completion, task.Key);
                break;
            case TaskVerdict.AlreadyClosed:
                AddToClosedAttempt(plan, task);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
            default:
                throw new InvalidOperationException($"A report cannot be answered with {verdict.GetType().Name}.");
        }
    }
}
