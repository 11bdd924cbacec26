namespace PipelineMetrics.Events;

public sealed partial class Completion
{
    // What every line has of its own; never carried over.
    private static readonly ulong OwnFields = Bits("id", "received_at", "revises", "revision");

    // What a late report may not change: which attempt it is and how it ended.
    private static readonly ulong SettledFields = OwnFields | Bits("task_id", "chain_id", "status", "outcome", "created_at");

    private static readonly ulong ReceivedAtField = Bits("received_at");
    private static readonly ulong TaskTypeField = Bits("task_type");
    private static readonly ulong ModelField = Bits("model");
    private static readonly ulong CostField = Bits("actual_cost_usd_micros");
    private static readonly ulong CostSourceField = Bits("cost_source");

    /// <summary>Whether every field this sender said stands in the stored completion with the same value; fields left out are not
    /// compared.</summary>
    /// <param name="stored">The completion in the log under the same id.</param>
    /// <param name="firstDifference">The JSON name of the first field that differs.</param>
    public bool RepeatsWhatIsStored(Completion stored, out string? firstDifference)
    {
        firstDifference = CompletionFields.Reader.FirstDifference(Said(_fields) & ~ReceivedAtField, _fields, stored._fields);
        return firstDifference is null;
    }

    /// <summary>A revision: the stored completion with what a second report about the same attempt adds. What is already known
    /// stays.</summary>
    /// <returns>Null when the report adds nothing.</returns>
    public CompletionDraft? WithAdditionsFrom(CompletionDraft report, long revision)
    {
        var added = Said(report) & ~SettledFields & ~Known(_fields);
        return added == 0 ? null : Revise(report, added, revision);
    }

    /// <summary>
    /// A revision: the stored completion with what a correction says; fields it leaves out stay, except that status and outcome
    /// are one thing: who corrects one of them does not contradict the other. To be judged like any draft.
    /// </summary>
    public CompletionDraft CorrectedBy(CompletionDraft correction, long revision)
    {
        var fields = Revise(correction, Said(correction) & ~OwnFields, revision);
        if (!Contradicts(fields)) return fields;
        if (correction.Outcome is null) fields.Outcome = null;
        else if (correction.Status is null) fields.Status = null;
        return fields;
    }

    private CompletionDraft Revise(CompletionDraft report, ulong taken, long revision)
    {
        var fields = _fields.Clone();
        foreach (var field in CompletionFields.Reader.Fields)
        {
            if ((taken >> field.Index & 1) != 0) field.Copy(report, fields);
        }
        fields.Revises = _fields.Revises ?? _fields.Id;
        fields.Revision = revision;
        fields.Id = report.Id;
        // A cost that somebody says replaces one that was computed, and is no estimate any more.
        if ((taken & CostField) != 0 && (taken & CostSourceField) == 0) fields.CostSource = null;
        // Sent again under the same id, the revision is compared by what this report says, not by what the stored one said.
        fields.Sent = Said(report);
        return fields;
    }

    // Defaults and computed costs stand for "nobody said"; a report that says it adds something.
    private static ulong Known(CompletionDraft fields)
    {
        var known = Present(fields);
        if (fields.TaskType == Unknown) known &= ~TaskTypeField;
        if (fields.Model == Unknown) known &= ~ModelField;
        if (fields.CostSource == Events.CostSource.Estimated) known &= ~(CostField | CostSourceField);
        return known;
    }

    private static ulong Said(CompletionDraft fields) => fields.Sent ?? Present(fields);

    private static ulong Present(CompletionDraft fields) => CompletionFields.Reader.Present(fields);

    private static ulong Bits(params string[] names) => names.Aggregate(0UL, (bits, name) => bits | CompletionFields.Reader.Bit(name));
}
