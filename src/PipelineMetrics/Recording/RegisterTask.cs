using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>A task somebody registers: one event, however often it is sent.</summary>
internal sealed class RegisterTask(EventDraft wanted, int bytes) : Command
{
    public override int Bytes => bytes;

    private TaskKey Key => new(wanted.ChainId, wanted.EntityId!);

    public override bool TryDecide(CommitPlan plan)
    {
        if (plan.Changes(Key) || (wanted.Id is { } planned && plan.PlannedWithId(planned) is not null)) return false;
        if (wanted.Id is { } id && plan.State.Find(id) is { } stored && stored.Event?.Task != Key)
        {
            Settle(Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to something else.") with { Id = id });
            return true;
        }
        var task = plan.State.Tasks.Find(Key);
        switch (TaskRules.Register(task, wanted))
        {
            case TaskVerdict.LogEvent log:
                PlanEvent(plan, log.Event, Key);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
            default:
                Settle(new Receipt(Verdict.Duplicate) { Task = task });
                break;
        }
        return true;
    }

    public override Receipt Stored(PlannedLine line, Projection state) => base.Stored(line, state) with { Task = state.Tasks.Find(Key) };
}
