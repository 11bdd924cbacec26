using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Recording;

/// <summary>A change of a registered task. One that ends an attempt records exactly one completion, however often it is repeated.</summary>
internal sealed class ChangeTask(TaskKey key, TaskChange change, int bytes, PriceTable prices) : AttemptCommand(prices)
{
    public override int Bytes => bytes;

    public override bool TryDecide(CommitPlan plan)
    {
        // Whether an id is taken is not known before the line that would take it is durable.
        if (plan.Changes(key) || (change.Report.Id is { } id && plan.PlannedWithId(id) is not null)) return false;
        if (plan.State.Tasks.Find(key) is { } task) Decide(plan, task);
        else Settle(Receipt.Refused(Verdict.Unknown, "unknown_task", $"No task '{key}' is registered."));
        return true;
    }

    public override Receipt Stored(PlannedLine line, Projection state) => base.Stored(line, state) with { Task = state.Tasks.Find(key) };

    private void Decide(CommitPlan plan, TaskView task)
    {
        switch (TaskRules.Change(task, change, plan.Now))
        {
            case TaskVerdict.LogEvent log:
                PlanEvent(plan, log.Event, key);
                break;
            case TaskVerdict.Close close:
                PlanClosing(plan, close.Completion, key);
                break;
            case TaskVerdict.AlreadyClosed closed:
                AddTo(plan, closed.Attempt, change.Report, task);
                break;
            case TaskVerdict.Conflict conflict:
                Settle(Receipt.Refused(Verdict.Conflict, conflict.Code, conflict.Reason));
                break;
            default:
                Settle(new Receipt(Verdict.Duplicate) { Task = task });
                break;
        }
    }
}
