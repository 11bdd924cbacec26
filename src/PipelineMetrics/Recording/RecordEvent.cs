using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>A lifecycle event somebody told: stored once under its id; one that moves a task only if the task's rules allow it.</summary>
internal sealed class RecordEvent : Command
{
    private readonly EventDraft _draft;
    private readonly PipelineEvent? _fact;

    /// <summary>Judges the draft; one that breaks a rule is settled at once.</summary>
    public RecordEvent(EventDraft draft, int bytes, DateTimeOffset now)
    {
        _draft = draft;
        Bytes = bytes;
        if (PipelineEvent.TryCreate(draft, new ReadingRules(now), out var fact, out var rejection)) _fact = fact;
        else Settle(Receipt.Of(rejection!));
    }

    public override int Bytes { get; }

    public override bool TryDecide(CommitPlan plan)
    {
        if (_draft.Id is { } id && TrySettleById(plan, id)) return true;
        if (_fact!.Task is not { } task) plan.Add(new PlannedLine(this, _fact));
        else if (plan.Changes(task)) return false;
        else Decide(plan, task);
        return true;
    }

    private void Decide(CommitPlan plan, TaskKey key)
    {
        var task = plan.State.Tasks.Find(key);
        switch (LifecycleRules.Happen(task, _draft))
        {
            case TaskVerdict.LogEvent log:
                PlanEvent(plan, log.Event, key);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
            default:
                Settle(new Receipt(Verdict.Duplicate) { Code = "duplicate", Reason = "The task stands so already.", Task = task });
                break;
        }
    }

    private bool TrySettleById(CommitPlan plan, string id)
    {
        if (plan.PlannedWithId(id) is { } planned)
        {
            planned.AddFollower(this, Compare(planned.Event, id));
            return true;
        }
        if (plan.State.Find(id) is not { } stored) return false;
        Settle(Compare(stored.Event, id));
        return true;
    }

    private Receipt Compare(PipelineEvent? stored, string id)
    {
        if (stored is null) return Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to a completion.") with { Id = id };
        return _fact!.RepeatsWhatIsStored(stored, out var difference)
            ? new Receipt(Verdict.Duplicate) { Id = id, Code = "duplicate", Reason = "The same event is stored." }
            : Receipt.Refused(
                Verdict.Conflict, "id_conflict", $"Another event is stored under the id '{id}': '{difference}' differs. The first stays.") with { Id = id };
    }
}
