namespace PipelineMetrics.Events;

public sealed partial class CompletionDraft
{
    /// <summary>Things the sender should know although the draft was accepted, such as fields nobody knows.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    internal long? TaskDurationMs { get; set; }

    internal long? ActualCostUsd { get; set; }

    /// <summary>The status was written <c>timed_out</c>; taken over into the outcome when reading ends.</summary>
    internal bool SaysTimedOut { get; set; }

    /// <summary>The status of a task that a change asks for, as it was written; null in anything but a change.</summary>
    public string? TaskStatus { get; internal set; }

    /// <summary>Why a task waits for a decision or is cancelled; null in anything but a change.</summary>
    public string? Reason { get; internal set; }

    /// <summary>One bit per field the sender said. Null for a draft made in code: then what is present was said.</summary>
    internal ulong? Sent { get; set; }

    /// <summary>Reads what a sender wrote: JSON form, types, and every field by its own rule.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="draft">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out CompletionDraft draft, out Rejection? rejection) =>
        TryRead(CompletionFields.Reader, json, rules, out draft, out rejection);

    /// <summary>Reads a change of a task: <see cref="TaskStatus"/>, <see cref="Reason"/>, and what is known of the attempt.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, ReadingRules, out CompletionDraft, out Rejection)"/>
    public static bool TryReadChange(ReadOnlySpan<byte> json, ReadingRules rules, out CompletionDraft draft, out Rejection? rejection) =>
        TryRead(CompletionFields.ChangeReader, json, rules, out draft, out rejection);

    /// <summary>Takes from another draft what this one leaves out.</summary>
    public CompletionDraft FillFrom(CompletionDraft other)
    {
        foreach (var field in CompletionFields.Reader.Fields)
        {
            if (!field.IsPresent(this) && field.IsPresent(other)) field.Copy(other, this);
        }
        return this;
    }

    internal CompletionDraft Clone() => (CompletionDraft)MemberwiseClone();

    private static bool TryRead(
        FactReader<CompletionDraft> reader, ReadOnlySpan<byte> json, ReadingRules rules, out CompletionDraft draft, out Rejection? rejection)
    {
        draft = new CompletionDraft();
        var reading = new FactReading();
        rejection = reader.Read(json, rules.MaxDepth, draft, reading);
        if (rejection is not null) return false;
        draft.Sent = reading.Sent & CompletionFields.Reader.AllBits;
        draft.TakeTimedOut(reading.Problems);
        draft.TakeAliases(reading.Problems);
        draft.Metadata = UnknownFields.Keep(draft.Metadata, reading, rules.RefuseUnknownFields);
        draft.Warnings = UnknownFields.Warnings(reading);
        if (reading.Unknown.Count > 0) draft.Sent |= CompletionFields.Reader.Bit("metadata");
        if (reading.Problems.Count > 0) rejection = Rejection.Invalid("invalid_completion", reading.Problems);
        return rejection is null;
    }

    // "timed_out" is a status and an outcome in one word.
    private void TakeTimedOut(List<FieldProblem> problems)
    {
        if (!SaysTimedOut) return;
        SaysTimedOut = false;
        if (Outcome is { } other && other != Events.Outcome.Timeout)
            problems.Add(new FieldProblem("outcome", "must not contradict status", Words.Outcome[other].Value));
        Outcome = Events.Outcome.Timeout;
        Sent |= CompletionFields.Reader.Bit("outcome");
    }

    private void TakeAliases(List<FieldProblem> problems)
    {
        DurationMs = Agree("duration_seconds", "task_duration_ms", DurationMs, TaskDurationMs, problems);
        ActualCostUsdMicros = Agree("actual_cost_usd_micros", "actual_cost_usd", ActualCostUsdMicros, ActualCostUsd, problems);
        TaskDurationMs = ActualCostUsd = null;
    }

    private long? Agree(string name, string alias, long? value, long? aliasValue, List<FieldProblem> problems)
    {
        if (aliasValue is null) return value;
        if (value is not null && value != aliasValue)
            problems.Add(new FieldProblem(alias, $"must agree with {name}", $"{aliasValue} beside {value}"));
        Sent |= CompletionFields.Reader.Bit(name);
        return aliasValue;
    }
}
