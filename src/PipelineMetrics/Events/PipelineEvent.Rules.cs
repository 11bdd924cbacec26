using System.Buffers;
using System.Text.Json;

namespace PipelineMetrics.Events;

public sealed partial class PipelineEvent
{
    /// <summary>The task this event is about; null for events about something else.</summary>
    public TaskKey? Task => EntityType == "task" ? new TaskKey(ChainId, EntityId) : null;

    /// <summary>Makes an event of a draft: fills the defaults and checks what is required.</summary>
    /// <param name="draft">What was said. The event keeps its own copy.</param>
    /// <param name="rules">How strictly to judge.</param>
    /// <param name="made">The event, when true is returned.</param>
    /// <param name="rejection">Every broken rule, when false is returned.</param>
    public static bool TryCreate(EventDraft draft, ReadingRules rules, out PipelineEvent made, out Rejection? rejection)
    {
        var fields = draft.Clone();
        fields.Sent ??= EventFields.Reader.Present(fields);
        var problems = new List<FieldProblem>();
        EventFields.Reader.Settle(fields, problems);
        return TryJudge(fields, rules, problems, out made, out rejection);
    }

    /// <summary>Whether every field this sender said stands in the stored event with the same value; fields left out are not
    /// compared.</summary>
    /// <param name="stored">The event in the log under the same id.</param>
    /// <param name="firstDifference">The JSON name of the first field that differs.</param>
    public bool RepeatsWhatIsStored(PipelineEvent stored, out string? firstDifference)
    {
        var said = (_fields.Sent ?? EventFields.Reader.Present(_fields)) & ~EventFields.Reader.Bit("received_at");
        firstDifference = EventFields.Reader.FirstDifference(said, _fields, stored._fields);
        return firstDifference is null;
    }

    // The fields are each right on their own; they become the event's.
    private static bool TryJudge(
        EventDraft fields, ReadingRules rules, List<FieldProblem> problems, out PipelineEvent made, out Rejection? rejection)
    {
        if (fields.EventType is null) problems.Add(new FieldProblem("event_type", "is required", null));
        if (fields.EntityId is null) problems.Add(new FieldProblem("entity_id", "is required", null));
        if (fields.Timestamp is null && rules.Now is null) problems.Add(new FieldProblem("timestamp", "is required", null));
        fields.EntityType ??= fields.EventType?.Split(':')[0];
        if (rules.Now is { } now) Arrive(fields, now, problems);
        if (fields.Source == Completion.DefaultSource) fields.Source = null;
        made = problems.Count == 0 ? new PipelineEvent(fields) : null!;
        rejection = problems.Count == 0 ? null : Rejection.Invalid("invalid_event", problems);
        return rejection is null;
    }

    /// <summary>Reads an event from a line of the log.</summary>
    public static bool TryReadLine(ReadOnlySpan<byte> json, out PipelineEvent read, out Rejection? rejection)
    {
        read = null!;
        return EventDraft.TryRead(json, ReadingRules.Stored, out var draft, out rejection)
            && TryJudge(draft, ReadingRules.Stored, [], out read, out rejection);
    }

    /// <summary>Writes the event as one JSON object on one line, absent fields left out, without <c>seq</c> and <c>crc</c>.</summary>
    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var writer = new Utf8JsonWriter(buffer, Completion.OneLine);
        writer.WriteStartObject();
        foreach (var field in EventFields.Reader.Fields) field.Write(writer, _fields);
        writer.WriteEndObject();
    }

    /// <summary>The same event under an id.</summary>
    public PipelineEvent WithId(string id)
    {
        var fields = _fields.Clone();
        fields.Id = id;
        return new PipelineEvent(fields);
    }

    private static void Arrive(EventDraft fields, DateTimeOffset now, List<FieldProblem> problems)
    {
        var received = Instant.Truncate(now);
        fields.Timestamp ??= received;
        if (fields.Timestamp > received + Completion.MaxClockSkew)
            problems.Add(new FieldProblem("timestamp", "must be at most 5 minutes ahead of the service", Instant.ToText(fields.Timestamp.Value)));
        fields.ReceivedAt = (received - fields.Timestamp.Value).Duration() > TimeSpan.FromSeconds(1) ? received : null;
    }
}
