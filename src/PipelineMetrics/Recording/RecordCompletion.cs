using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Recording;

/// <summary>
/// A completion somebody posted: stored once under its id, closing the attempt of a registered task, or correcting another.
/// </summary>
internal sealed class RecordCompletion : AttemptCommand
{
    private readonly PostedCompletion _posted;
    private readonly DateTimeOffset _arrived;
    private readonly bool _isEvent;
    private Completion? _completion;

    /// <summary>Judges a draft; one that breaks a rule is settled at once.</summary>
    /// <param name="posted">What was said.</param>
    /// <param name="arrived">When it arrived.</param>
    /// <param name="prices">What tokens cost.</param>
    /// <param name="isEvent">It was told as <c>task:completed</c> or <c>task:failed</c>: a change of its task, which knows how long it ran.</param>
    public RecordCompletion(PostedCompletion posted, DateTimeOffset arrived, PriceTable prices, bool isEvent = false) : base(prices)
    {
        (_posted, _arrived, _isEvent) = (posted, arrived, isEvent);
        if (posted.Line is null) Judge();
    }

    public override int Bytes => _posted.Bytes;

    private CompletionDraft Draft => _posted.Draft;

    public override bool TryDecide(CommitPlan plan)
    {
        if (_posted.Line is { } line && plan.IsUnrelated(_posted.Id, line))
        {
            plan.Add(new PlannedLine(this, line, _posted.Id));
            return true;
        }
        if (_completion is null) Judge();
        return Receipt is not null || TryDecideByRules(plan);
    }

    private void Judge()
    {
        // A correction may leave everything out that it does not correct, so it is judged when it is merged.
        if (Draft.Revises is not null) return;
        if (Completion.TryCreate(Draft, new ReadingRules(_arrived, DurationRequired: !_isEvent), out var completion, out var rejection)) _completion = Priced(completion);
        else Settle(Receipt.Of(rejection!));
    }

    private bool TryDecideByRules(CommitPlan plan)
    {
        if (Draft.Id is { } id && TrySettleById(plan, id)) return true;
        if (_completion is null) return TryRevise(plan, Draft.Revises!);
        if (plan.Changes(_completion.Task)) return false;
        if (plan.State.Tasks.Find(_completion.Task) is { } task) CloseAttempt(plan, task, _completion.Status);
        else plan.Add(new PlannedLine(this, _completion));
        return true;
    }

    private bool TrySettleById(CommitPlan plan, string id)
    {
        if (plan.PlannedWithId(id) is { } planned)
        {
            planned.AddFollower(this, Compare(plan, planned.Completion, id));
            return true;
        }
        if (plan.State.Find(id) is not { } stored) return false;
        Settle(Compare(plan, stored.Completion, id));
        return true;
    }

    private Receipt Compare(CommitPlan plan, Completion? stored, string id)
    {
        if (stored is null) return Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to an event.") with { Id = id };
        var difference = Difference(plan, stored);
        return difference is null
            ? new Receipt(Verdict.Duplicate) { Id = id, Code = "duplicate", Reason = "The same completion is stored." }
            : Receipt.Refused(
                Verdict.Conflict, "id_conflict", $"Another completion is stored under the id '{id}': '{difference}' differs. The first stays.") with { Id = id };
    }

    private string? Difference(CommitPlan plan, Completion stored)
    {
        if (_completion is null) return DifferenceOfCorrection(plan, stored);
        if (stored.Revises is not null) return DifferenceOfLateReport(_completion, stored);
        return _completion.RepeatsWhatIsStored(stored, out var difference) ? null : difference;
    }

    // A correction sent again is compared by what it says: applied to what is stored, it must change nothing.
    private string? DifferenceOfCorrection(CommitPlan plan, Completion stored)
    {
        if (Draft.Revises != stored.Revises && plan.State.FindOriginal(Draft.Revises!)?.Id != stored.Revises) return "revises";
        if (Draft.Revision is { } said && said != stored.Revision) return "revision";
        if (!Completion.TryCreate(stored.CorrectedBy(Draft, stored.Revision ?? 0), ReadingRules.Stored, out var corrected, out var rejection))
            return rejection!.Problems[0].Field;
        return corrected.RepeatsWhatIsStored(stored, out var difference) ? null : difference;
    }

    // A report about an attempt that had its completion became a correction, which holds only what the report added to it.
    private string? DifferenceOfLateReport(Completion said, Completion stored)
    {
        if (said.Task != stored.Task) return "task_id";
        if (said.Status != stored.Status) return "status";
        return stored.WithAdditionsFrom(Draft, stored.Revision ?? 0) is { } additions ? FirstAddition(stored, additions) : null;
    }

    private bool TryRevise(CommitPlan plan, string revised)
    {
        if (plan.PlannedWithId(revised) is not null) return false;
        if (plan.State.FindOriginal(revised) is not { Completion: { } original } line)
        {
            Settle(Receipt.Refused(Verdict.Unknown, "unknown_completion", $"No completion has the id '{revised}', so it cannot be revised."));
            return true;
        }
        if (plan.Changes(original.Task)) return false;
        var (place, revision) = plan.State.Current(line.Place);
        if (plan.State.HasLeft(line.Place))
            Settle(Archived(revised));
        else if (Draft.Revision <= revision)
            Settle(Receipt.Refused(Verdict.Conflict, "revision_conflict", $"Revision {revision} of '{revised}' is stored; {Draft.Revision} comes too late."));
        else if (plan.State.Read(place)?.Completion is { } stored)
            PlanRevision(plan, new Correction(line.Place, stored, Draft, stored.CorrectedBy(Draft, Draft.Revision ?? revision + 1)));
        else Settle(WriteFailure.Unreadable("the line is damaged"));
        return true;
    }

    /// <summary>What is said of a correction of something that has left.</summary>
    public static Receipt Archived(string revised) => Receipt.Refused(
        Verdict.Conflict, "completion_archived", $"The completion '{revised}' is archived and counts in no figure; it cannot be revised.");

    private void CloseAttempt(CommitPlan plan, TaskView task, CompletionStatus status)
    {
        switch (_isEvent ? LifecycleRules.End(task, Draft, status, plan.Now) : TaskRules.Report(task, Draft, status))
        {
            case TaskVerdict.Close close:
                PlanClosing(plan, close.Completion, task.Key);
                break;
            case TaskVerdict.AlreadyClosed closed:
                AddTo(plan, closed.Attempt, Draft, task);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
        }
    }
}
