using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// Something that may become a line. Commands are decided one after the other on the commit thread, against the state of the log
/// and what the same commit has planned before them, so two of them can never both win.
/// </summary>
internal abstract class Command
{
    /// <summary>Bytes the command holds while it waits; what the queue is bounded by.</summary>
    public abstract int Bytes { get; }

    /// <summary>The answer; null until settled.</summary>
    public Receipt? Receipt { get; private set; }

    /// <summary>Plans the line of this command, or settles it without one.</summary>
    /// <returns>False when the command depends on a line of this very commit and must wait for the next one.</returns>
    public abstract bool TryDecide(CommitPlan plan);

    /// <summary>The planned line is durable and counted.</summary>
    public virtual Receipt Stored(PlannedLine line, Projection state) => new(Verdict.Stored) { Id = line.Id, Seq = line.Seq };

    public void Settle(Receipt receipt) => Receipt ??= receipt;

    /// <summary>Plans an event about a task, or settles the command when the event breaks a rule.</summary>
    protected void PlanEvent(CommitPlan plan, EventDraft draft, TaskKey task)
    {
        if (PipelineEvent.TryCreate(draft, new ReadingRules(plan.Now), out var fact, out var rejection)) plan.Add(new PlannedLine(this, fact), task);
        else Settle(Receipt.Of(rejection!));
    }
}
