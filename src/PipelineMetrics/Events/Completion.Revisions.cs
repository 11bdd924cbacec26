namespace PipelineMetrics.Events;

public sealed partial class Completion
{
    // What every line has of its own; never compared, never carried over.
    private static readonly ulong OwnFields = Bits("id", "received_at", "revises", "revision", "seq", "crc");

    // What a late report may not change: which attempt it is and how it ended.
    private static readonly ulong SettledFields = OwnFields | Bits("task_id", "chain_id", "status", "outcome", "created_at");

    /// <summary>Whether every field this sender said stands in the stored completion with the same value; fields left out are not compared.</summary>
    /// <param name="stored">The completion in the log under the same id.</param>
    /// <param name="firstDifference">The JSON name of the first field that differs.</param>
    public bool RepeatsWhatIsStored(Completion stored, out string? firstDifference)
    {
        var sent = _fields.Sent ?? Present(_fields);
        var own = sent & ~Bits("received_at", "seq", "crc");
        firstDifference = CompletionFields.Reader.Fields.FirstOrDefault(f => (own >> f.Index & 1) != 0 && !f.Same(_fields, stored._fields))?.Name;
        return firstDifference is null;
    }

    /// <summary>A revision: the stored completion with what a second report about the same attempt adds. What is already known stays.</summary>
    /// <returns>Null when the report adds nothing.</returns>
    public CompletionDraft? WithAdditionsFrom(CompletionDraft report, long revision)
    {
        var added = (report.Sent ?? Present(report)) & ~SettledFields & ~Present(_fields);
        return added == 0 ? null : Revise(report, added, revision);
    }

    /// <summary>A revision: the stored completion with what a correction says; fields it leaves out stay. To be judged like any draft.</summary>
    public CompletionDraft CorrectedBy(CompletionDraft correction, long revision) =>
        Revise(correction, (correction.Sent ?? Present(correction)) & ~OwnFields, revision);

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
        return fields;
    }

    private static ulong Present(CompletionDraft fields) =>
        CompletionFields.Reader.Fields.Where(f => f.IsPresent(fields)).Aggregate(0UL, (bits, f) => bits | 1UL << f.Index);

    private static ulong Bits(params string[] names) => names.Aggregate(0UL, (bits, name) => bits | CompletionFields.Reader.Bit(name));
}
