using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>A field that is understood in what arrives and never stands in a line.</summary>
internal sealed class AliasField<TDraft>(Field<TDraft> inner) : Field<TDraft>(inner.Name)
{
    public override string? Read(ref FactCursor at, TDraft draft) => inner.Read(ref at, draft);

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
internal sealed class StatusField() : Field<CompletionDraft>("status")
{
    public override string? Read(ref FactCursor at, CompletionDraft draft)
    {
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a string");
        var word = StrictJson.Text(ref at.Reader);
        draft.SaysTimedOut = word == "timed_out";
        if (draft.SaysTimedOut) draft.Status = CompletionStatus.Failed;
        else if (Words.Status.TryParse(word, out var status)) draft.Status = status;
        else return $"must be one of {Words.Status.Listed}, timed_out";
        return null;
    }

    public override bool IsPresent(CompletionDraft draft) => draft.Status is not null;

    public override void Write(Utf8JsonWriter writer, CompletionDraft draft)
    {
        if (draft.Status is { } status) writer.WriteString(EncodedName, Words.Status[status]);
    }

    public override bool Same(CompletionDraft left, CompletionDraft right) => left.Status == right.Status;

    public override void Copy(CompletionDraft from, CompletionDraft to) => to.Status = from.Status;
}
