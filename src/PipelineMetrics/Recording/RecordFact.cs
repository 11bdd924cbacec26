using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// A fact taken at its word: stored once under its id, with nothing added to it. Only its place among the lines about its task is minded.
/// </summary>
internal sealed class RecordFact(Fact fact) : Command
{
    private long _looked;

    public override int Bytes => fact.Bytes;

    /// <summary>
    /// Looks beside the commit thread whether one of our own lines has the id: where that line would stand is told by the id, and finding it
    /// takes a hundred times longer than any other answer.
    /// </summary>
    /// <param name="state">What the log holds.</param>
    /// <param name="last">The last number that can be read.</param>
    public void LookAhead(Projection state, long last)
    {
        if (!Uuid7.TryGetSeq(fact.Id, out var seq) || seq > last) return;
        try
        {
            if (state.Find(fact.Id) is { } stored) Settle(fact.CompareWith(stored.Completion, stored.Event));
            else _looked = last;
        }
        catch (DiskException)
        {
            // It is looked for again when it is decided, and told then.
        }
    }

    public override bool TryDecide(CommitPlan plan)
    {
        if (plan.PlannedWithId(fact.Id) is { } planned)
        {
            planned.AddFollower(this, fact.CompareWith(planned.Completion, planned.Event));
            return true;
        }
        if (plan.State.Find(fact.Id, above: _looked) is not { } stored) return fact.Completion is null ? TryTell(plan, fact.Event!) : TryEnd(plan, fact.Completion);
        Settle(fact.CompareWith(stored.Completion, stored.Event));
        return true;
    }

    /// <summary>What is said of a correction whose original nobody knows: it could never count.</summary>
    public static Receipt NothingToCorrect(string revised) => Receipt.Refused(
        Verdict.Unknown, "unknown_completion", $"It revises '{revised}', and no completion before it has that id.");

    private bool TryTell(CommitPlan plan, PipelineEvent happened)
    {
        if (happened.Task is not { } task)
        {
            plan.Add(new PlannedLine(this, happened));
            return true;
        }
        if (WouldOvertake(plan, task, happened)) return false;
        plan.Add(new PlannedLine(this, happened), task);
        return true;
    }

    private bool TryEnd(CommitPlan plan, Completion completion)
    {
        if (completion.Revises is not { } revised) plan.Add(new PlannedLine(this, completion), completion.Task);
        else if (plan.PlannedWithId(revised) is not null) return false;
        else if (plan.State.FindOriginal(revised) is not { } original) Settle(NothingToCorrect(revised));
        else if (plan.State.HasLeft(original.Place)) Settle(RecordCompletion.Archived(revised));
        else plan.Add(new PlannedLine(this, completion) { Original = original.Place }, completion.Task);
        return true;
    }

    // A commit numbers its events before its completions. Where that would make another task of it, the event waits for the next one;
    // waiting whenever something follows the end of an attempt would cost a sync for every task of many a log.
    private static bool WouldOvertake(CommitPlan plan, TaskKey task, PipelineEvent happened) =>
        plan.Ends(task) && (TaskEvents.Turns(happened.EventType) || !(plan.Tells(task) || plan.State.Tasks.Find(task) is not null));
}
