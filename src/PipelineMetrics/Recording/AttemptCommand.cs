using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Recording;

/// <summary>What the two ways to end an attempt share: a posted completion and a change of its task.</summary>
internal abstract class AttemptCommand(PriceTable prices) : Command
{
    private Receipt? _instead;

    public override Receipt Stored(PlannedLine line, Projection state) => _instead ?? base.Stored(line, state);

    /// <summary>Plans the completion that closes an attempt of a registered task.</summary>
    protected void PlanClosing(CommitPlan plan, CompletionDraft draft, TaskKey task)
    {
        if (!Completion.TryCreate(draft, new ReadingRules(plan.Now, DurationRequired: false), out var completion, out var rejection))
            Settle(Receipt.Of(rejection!));
        else if (draft.Id is { } id && IsTaken(plan, id))
            Settle(Receipt.Refused(Verdict.Conflict, "id_conflict", $"The id '{id}' belongs to something else.") with { Id = id });
        else plan.Add(new PlannedLine(this, Priced(completion)), task);
    }

    /// <summary>
    /// The attempt has its completion: what this report adds becomes a revision of it, and the answer is a duplicate either way.
    /// </summary>
    protected void AddTo(CommitPlan plan, ClosedAttempt closed, CompletionDraft report, TaskView task)
    {
        var duplicate = new Receipt(Verdict.Duplicate)
        {
            Id = closed.CompletionId,
            Code = "duplicate",
            Reason = "The attempt has its completion.",
            Task = task,
        };
        var (place, revision) = plan.State.Current(LinePlace.Unpack(closed.Place));
        var additions = plan.State.Read(place)?.Completion?.WithAdditionsFrom(report, revision + 1);
        if (additions is null) Settle(duplicate);
        else PlanRevision(plan, additions, task.Key, duplicate);
    }

    /// <summary>Plans a revision; with <paramref name="instead"/> that is the answer once the revision is durable.</summary>
    protected void PlanRevision(CommitPlan plan, CompletionDraft revision, TaskKey task, Receipt? instead = null)
    {
        // A report that repeats the id of what it adds to is a line of its own all the same.
        if (revision.Id is { } id && IsTaken(plan, id)) revision.Id = null;
        if (!Completion.TryCreate(revision, ReadingRules.Stored, out var completion, out var rejection))
        {
            Settle(Receipt.Of(rejection!));
            return;
        }
        plan.Add(new PlannedLine(this, completion), task);
        _instead = instead;
    }

    private static bool IsTaken(CommitPlan plan, string id) => plan.PlannedWithId(id) is not null || plan.State.Find(id) is not null;

    protected Completion Priced(Completion completion) =>
        completion.ActualCostUsdMicros is null && prices.CostUsdMicros(completion) is { } cost ? completion.WithComputedCost(cost) : completion;
}
