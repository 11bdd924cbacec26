using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>A field that is understood in what arrives and never stands in a line.</summary>
internal sealed class AliasField<TDraft>(Field<TDraft> inner) : Field<TDraft>(inner.Name)
{
    public override string? Read(ref FactCursor at, TDraft draft) => inner.Read(ref at, draft);

    public override FieldProblem? Settle(TDraft draft) => null;

    public override bool IsPresent(TDraft draft) => false;

    public override void Write(Utf8JsonWriter writer, TDraft draft)
    {
    }

    public override bool Same(TDraft left, TDraft right) => true;

    public override void Copy(TDraft from, TDraft to)
    {
    }
}

/// <summary>A field the service gives itself; whatever a sender says in it is dropped, so that our own lines can be sent back.</summary>
internal sealed class IgnoredField<TDraft>(string name) : Field<TDraft>(name)
{
    public override string? Read(ref FactCursor at, TDraft draft)
    {
        StrictJson.SkipChecked(ref at.Reader);
        return null;
    }

    public override FieldProblem? Settle(TDraft draft) => null;

    public override bool IsPresent(TDraft draft) => false;

    public override void Write(Utf8JsonWriter writer, TDraft draft)
    {
    }

    public override bool Same(TDraft left, TDraft right) => true;

    public override void Copy(TDraft from, TDraft to)
    {
    }
}

/// <summary>The status of a completion; <c>timed_out</c> is understood as failed with the outcome timeout.</summary>
internal sealed class StatusField()
    : WordField<CompletionDraft, CompletionStatus>("status", Words.Status, d => d.Status, (d, v) => d.Status = v)
{
    public override string? Read(ref FactCursor at, CompletionDraft draft)
    {
        var rule = base.Read(ref at, draft);
        draft.SaysTimedOut = rule is null && at.Reader.ValueTextEquals("timed_out"u8);
        return rule;
    }
}

/// <summary>The outcome of a completion. Left out, it is what the status says, and compared as that.</summary>
internal sealed class OutcomeField()
    : WordField<CompletionDraft, Outcome>("outcome", Words.Outcome, d => d.Outcome, (d, v) => d.Outcome = v)
{
    public override bool Same(CompletionDraft left, CompletionDraft right) => Completion.OutcomeOf(left) == Completion.OutcomeOf(right);
}
