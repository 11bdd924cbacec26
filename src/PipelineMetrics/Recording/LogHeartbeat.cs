using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>A heartbeat that says another state than the log: one event, however many say the same at once.</summary>
internal sealed class LogHeartbeat(Heartbeat heartbeat, int bytes) : Command
{
    public override int Bytes => bytes;

    public override bool TryDecide(CommitPlan plan)
    {
        if (plan.ChangesRunner(heartbeat.Runner)) return false;
        if (RunnerBook.IsLogged(plan.State.Runners.Find(heartbeat.Runner), heartbeat)) Settle(new Receipt(Verdict.Duplicate));
        else if (PipelineEvent.TryCreate(heartbeat.ToEvent(), new ReadingRules(plan.Now), out var fact, out var rejection))
            plan.Add(new PlannedLine(this, fact), heartbeat.Runner);
        else Settle(Receipt.Of(rejection!));
        return true;
    }
}
