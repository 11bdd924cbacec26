using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Recording;

/// <summary>
/// A completion somebody posted: stored once under its id, closing the attempt of a registered task, or correcting another.
/// </summary>
internal sealed class RecordCompletion : AttemptCommand
{
    private readonly CompletionDraft _draft;
    private readonly Completion? _completion;

    /// <summary>Judges the draft; one that breaks a rule is settled at once.</summary>
    public RecordCompletion(CompletionDraft draft, int bytes, DateTimeOffset now, PriceTable prices) : base(prices)
    {
        _draft = draft;
        Bytes = bytes;
        // A correction may leave everything out that it does not correct, so it is judged when it is merged.
        if (draft.Revises is not null) return;
        if (Completion.TryCreate(draft, new ReadingRules(now), out var completion, out var rejection)) _completion = Priced(completion);
        else Settle(Receipt.Of(rejection!));
    }

    public override int Bytes { get; }

    public override bool TryDecide(CommitPlan plan)
    {
        if (_draft.Id is { } id && TrySettleById(plan, id)) return true;
        if (_completion is null) return TryRevise(plan, _draft.Revises!);
        if (plan.Changes(_completion.Task)) return false;
        if (plan.State.Tasks.Find(_completion.Task) is { } task) CloseAttempt(plan, task, _completion.Status);
        else plan.Add(new PlannedLine(this, _completion));
        return true;
    }

    private bool TrySettleById(CommitPlan plan, string id)
    {
        if (plan.PlannedWithId(id) is { } planned)
        {
            planned.AddFollower(this, Compare(planned.Completion, id));
            return true;
        }
        if (plan.State.Find(id) is not { } stored) return false;
        Settle(Compare(stored.Completion, id));
        return true;
    }

    private Receipt Compare(Completion? stored, string id)
    {
        if (stored is null) return Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to an event.") with { Id = id };
        var difference = Difference(stored);
        return difference is null
            ? new Receipt(Verdict.Duplicate) { Id = id, Code = "duplicate", Reason = "The same completion is stored." }
            : Receipt.Refused(
                Verdict.Conflict, "id_conflict", $"Another completion is stored under the id '{id}': '{difference}' differs. The first stays.") with { Id = id };
    }

    // A correction sent again is compared by what it says: applied to what is stored, it must change nothing.
    private string? Difference(Completion stored)
    {
        var said = _completion;
        if (said is null && !Completion.TryCreate(stored.CorrectedBy(_draft, stored.Revision ?? 0), ReadingRules.Stored, out said, out var rejection))
            return rejection!.Problems[0].Field;
        return said.RepeatsWhatIsStored(stored, out var difference) ? null : difference;
    }

    private bool TryRevise(CommitPlan plan, string revised)
    {
        if (plan.PlannedWithId(revised) is not null) return false;
        if (plan.State.Find(revised) is not { Completion: { } original } line)
        {
            Settle(Receipt.Refused(Verdict.Unknown, "unknown_completion", $"No completion has the id '{revised}', so it cannot be revised."));
            return true;
        }
        if (plan.Changes(original.Task)) return false;
        var (place, revision) = plan.State.Current(line.Place);
        if (_draft.Revision <= revision)
            Settle(Receipt.Refused(Verdict.Conflict, "revision_conflict", $"Revision {revision} of '{revised}' is stored; {_draft.Revision} comes too late."));
        else PlanRevision(plan, plan.State.Read(place)!.Completion!.CorrectedBy(_draft, _draft.Revision ?? revision + 1), original.Task);
        return true;
    }

    private void CloseAttempt(CommitPlan plan, TaskView task, CompletionStatus status)
    {
        switch (TaskRules.Report(task, _draft, status))
        {
            case TaskVerdict.Close close:
                PlanClosing(plan, close.Completion, task.Key);
                break;
            case TaskVerdict.AlreadyClosed closed:
                AddTo(plan, closed.Attempt, _draft, task);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
        }
    }
}
