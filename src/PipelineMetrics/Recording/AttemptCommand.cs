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
        _instead = null;
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
        var original = LinePlace.Unpack(closed.Place);
        if (plan.State.HasLeft(original))
        {
            // It counts nowhere any more, so there is nothing to add to.
            Settle(duplicate);
            return;
        }
        var (place, revision) = plan.State.Current(original);
        var stored = plan.State.Read(place)?.Completion;
        var additions = stored?.WithAdditionsFrom(report, revision + 1);
        // A foreign line without an id cannot be named by a correction.
        if (additions?.Revises is null || FirstAddition(stored!, additions) is null) Settle(duplicate);
        else PlanRevision(plan, new Correction(original, stored!, report, additions), duplicate);
    }

    /// <summary>Plans a revision; with <paramref name="instead"/> that is the answer once the revision is durable.</summary>
    protected void PlanRevision(CommitPlan plan, Correction correction, Receipt? instead = null)
    {
        var revision = correction.Revision;
        // A report that repeats the id of what it adds to is a line of its own all the same.
        if (revision.Id is { } id && IsTaken(plan, id)) revision.Id = null;
        if (!Completion.TryCreate(revision, correction.Rules(plan.Now), out var completion, out var rejection))
        {
            Settle(Receipt.Of(rejection!));
            return;
        }
        plan.Add(new PlannedLine(this, Repriced(completion, correction)) { Original = correction.Original }, correction.Stored.Task);
        _instead = instead;
    }

    /// <summary>The JSON name of the first field in which a late report says more than is stored; null when it says nothing new.</summary>
    protected static string? FirstAddition(Completion stored, CompletionDraft additions)
    {
        // Judged as the stored completion itself, of which only what the report said is compared.
        var same = additions.Clone();
        (same.Id, same.Revises, same.Revision) = (stored.Id, null, null);
        if (!Completion.TryCreate(same, ReadingRules.Stored, out var completion, out var rejection)) return rejection!.Problems[0].Field;
        if (!completion.RepeatsWhatIsStored(stored, out var difference)) return difference;
        return additions.CostSource == stored.CostSource ? null : "cost_source";
    }

    private static bool IsTaken(CommitPlan plan, string id) => plan.PlannedWithId(id) is not null || plan.State.Find(id) is not null;

    protected Completion Priced(Completion completion) =>
        completion.ActualCostUsdMicros is null && prices.CostUsdMicros(completion) is { } cost ? completion.WithComputedCost(cost) : completion;

    // A cost that we computed follows the tokens; one that somebody said stays.
    private Completion Repriced(Completion revised, Correction correction)
    {
        if (revised.ActualCostUsdMicros is null) return Priced(revised);
        var stored = correction.Stored;
        var isComputed = stored.CostSource == CostSource.Estimated && stored.ActualCostUsdMicros == prices.CostUsdMicros(stored);
        var isSaid = correction.Report.ActualCostUsdMicros is not null;
        return isComputed && !isSaid && prices.CostUsdMicros(revised) is { } cost ? revised.WithComputedCost(cost) : revised;
    }
}

/// <summary>What becomes a revision.</summary>
/// <param name="Original">Where the first line of the completion stands.</param>
/// <param name="Stored">The completion as it counts now.</param>
/// <param name="Report">What was said about it.</param>
/// <param name="Revision">The completion as it should be.</param>
internal sealed record Correction(LinePlace Original, Completion Stored, CompletionDraft Report, CompletionDraft Revision)
{
    /// <summary>A correction arrives like anything else; only a time ahead of us that it did not say itself is not held against it.</summary>
    public ReadingRules Rules(DateTimeOffset now) =>
        Revision.CreatedAt == Stored.CreatedAt && Stored.CreatedAt > now + Completion.MaxClockSkew
            ? ReadingRules.Stored
            : new ReadingRules(now, DurationRequired: false);
}
