using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>What a line of another log says, before it is judged. Exactly one of the two is set.</summary>
internal sealed class LineDraft
{
    public LineDraft(CompletionDraft completion) => (Completion, Warnings) = (completion, completion.Warnings);

    public LineDraft(EventDraft happened) => (Event, Warnings) = (happened, happened.Warnings);

    public CompletionDraft? Completion { get; }

    public EventDraft? Event { get; }

    /// <summary>Whether it tells the end of an attempt as an event, which does not say how long the attempt took.</summary>
    public bool EndsAttempt { get; init; }

    /// <summary>Things the sender should know although the line is taken.</summary>
    public IReadOnlyList<string> Warnings { get; init; }

    public string? Id
    {
        get => Completion is null ? Event!.Id : Completion.Id;
        set
        {
            if (Completion is null) Event!.Id = value;
            else Completion.Id = value;
        }
    }

    /// <summary>Makes a fact of it.</summary>
    public bool TryJudge(ReadingRules rules, out Completion? completion, out PipelineEvent? happened, out Rejection? rejection)
    {
        (completion, happened, rejection) = (null, null, Timeless());
        if (rejection is not null) return false;
        return Completion is null
            ? PipelineEvent.TryCreate(Event!, rules, out happened, out rejection)
            : PipelineMetrics.Events.Completion.TryCreate(Completion, rules, out completion, out rejection);
    }

    // What is sent without a time happened just now; what is imported did not.
    private Rejection? Timeless()
    {
        if (Completion is { CreatedAt: null })
            return Rejection.Invalid("invalid_completion", new FieldProblem("created_at", "is required: when it finished", null));
        return Event is { Timestamp: null }
            ? Rejection.Invalid("invalid_event", new FieldProblem("timestamp", "is required: when it happened", null))
            : null;
    }
}
