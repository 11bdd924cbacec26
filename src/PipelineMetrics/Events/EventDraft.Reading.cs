namespace PipelineMetrics.Events;

public sealed partial class EventDraft
{
    /// <summary>Things the sender should know although the draft was accepted, such as fields nobody knows.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>One bit per field the sender said. Null for a draft made in code: then what is present was said.</summary>
    internal ulong? Sent { get; set; }

    /// <summary>Reads what a sender wrote: JSON form, types, and every field by its own rule.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="draft">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out EventDraft draft, out Rejection? rejection) =>
        TryRead(EventFields.Reader, "invalid_event", json, rules, out draft, out rejection);

    /// <summary>Reads a task to be registered, as the event <c>task:created</c> about it. Its id may be absent.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, ReadingRules, out EventDraft, out Rejection)"/>
    public static bool TryReadTask(ReadOnlySpan<byte> json, ReadingRules rules, out EventDraft draft, out Rejection? rejection)
    {
        var read = TryRead(TaskFields.Reader, "invalid_task", json, rules, out draft, out rejection);
        // The bits of another table; what the task says is what is present now.
        draft.Sent = null;
        draft.EventType = "task:created";
        draft.EntityType = "task";
        if (!read || draft.Direction is not null) return read;
        rejection = Rejection.Invalid("invalid_task", new FieldProblem("direction", "is required: what is to be done", null));
        return false;
    }

    private static bool TryRead(
        FactReader<EventDraft> reader, string code, ReadOnlySpan<byte> json, ReadingRules rules, out EventDraft draft, out Rejection? rejection)
    {
        draft = new EventDraft();
        var reading = new FactReading();
        rejection = reader.Read(json, rules.MaxDepth, draft, reading);
        if (rejection is not null) return false;
        draft.Sent = reading.Sent;
        draft.Metadata = UnknownFields.Keep(draft.Metadata, reading, rules.RefuseUnknownFields);
        draft.Warnings = UnknownFields.Warnings(reading);
        if (reading.Unknown.Count > 0) draft.Sent |= reader.Bit("metadata");
        if (reading.Problems.Count > 0) rejection = Rejection.Invalid(code, reading.Problems);
        return rejection is null;
    }

    /// <summary>
    /// The same with what is expected of the task, where the sender left that out. It was not said: sent again, what was sent is compared
    /// without it.
    /// </summary>
    /// <param name="inputTokens">Null leaves it out.</param>
    /// <param name="outputTokens">Null leaves it out.</param>
    /// <param name="costUsdMicros">Null leaves it out.</param>
    public EventDraft WithEstimates(long? inputTokens, long? outputTokens, long? costUsdMicros)
    {
        var filled = Clone();
        filled.Sent ??= EventFields.Reader.Present(this);
        filled.EstimatedInputTokens ??= inputTokens;
        filled.EstimatedOutputTokens ??= outputTokens;
        filled.EstimatedCostUsdMicros ??= costUsdMicros;
        return filled;
    }

    internal EventDraft Clone() => (EventDraft)MemberwiseClone();
}
