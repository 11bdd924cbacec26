using System.Text.Json;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Events;

/// <summary>The fields of an event in the order in which they stand in a line.</summary>
internal static class EventFields
{
    public static readonly FactReader<EventDraft> Reader = new(
        new TextField<EventDraft>("id", 128, d => d.Id, (d, v) => d.Id = v, required: true),
        new InstantField<EventDraft>("timestamp", d => d.Timestamp, (d, v) => d.Timestamp = v),
        new EventTypeField(),
        new TextField<EventDraft>("entity_type", 100, d => d.EntityType, (d, v) => d.EntityType = v),
        new TextField<EventDraft>("entity_id", 200, d => d.EntityId, (d, v) => d.EntityId = v, required: true),
        new TextField<EventDraft>("chain_id", 200, d => d.ChainId, (d, v) => d.ChainId = v),
        new TextField<EventDraft>("request_id", 200, d => d.RequestId, (d, v) => d.RequestId = v),
        new AgentField<EventDraft>(d => d.Agent, (d, v) => d.Agent = v),
        new TextField<EventDraft>("task_type", 100, d => d.TaskType, (d, v) => d.TaskType = v),
        new TextField<EventDraft>("runner", 200, d => d.Runner, (d, v) => d.Runner = v),
        new DecimalField<EventDraft>("priority", -1_000_000, 1_000_000, d => d.Priority, (d, v) => d.Priority = v),
        new TextField<EventDraft>("direction", 5000, d => d.Direction, (d, v) => d.Direction = v),
        new RawField<EventDraft>("context", 16384, objectOnly: false, d => d.Context, (d, v) => d.Context = v),
        new CountField<EventDraft>("attempt", 1, 1_000_000, d => d.Attempt, (d, v) => d.Attempt = v),
        new CountField<EventDraft>("estimated_input_tokens", 0, long.MaxValue, d => d.EstimatedInputTokens,
            (d, v) => d.EstimatedInputTokens = v),
        new CountField<EventDraft>("estimated_output_tokens", 0, long.MaxValue, d => d.EstimatedOutputTokens,
            (d, v) => d.EstimatedOutputTokens = v),
        new CountField<EventDraft>("estimated_cost_usd_micros", 0, long.MaxValue, d => d.EstimatedCostUsdMicros,
            (d, v) => d.EstimatedCostUsdMicros = v),
        new InstantField<EventDraft>("received_at", d => d.ReceivedAt, (d, v) => d.ReceivedAt = v),
        new TextField<EventDraft>("reason", 2000, d => d.Reason, (d, v) => d.Reason = v),
        new TextField<EventDraft>("source", 100, d => d.Source, (d, v) => d.Source = v),
        new RawField<EventDraft>("metadata", 8192, objectOnly: true, d => d.Metadata, (d, v) => d.Metadata = v),
        new IgnoredField<EventDraft>("seq"),
        new IgnoredField<EventDraft>("crc"));
}

/// <summary>The type of an event: any two words joined by a colon, so that tomorrow's types need no change here.</summary>
internal sealed partial class EventTypeField()
    : TextField<EventDraft>("event_type", 100, d => d.EventType, (d, v) => d.EventType = v, required: true)
{
    protected override string? Check(string value) =>
        base.Check(value) ?? (Shape().IsMatch(value) ? null : "must be two words with a colon, such as task:started");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]*:[A-Za-z][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}

/// <summary>The agent of an event, an object of its own as ADR-009 nests it.</summary>
internal sealed class AgentField<TDraft>(Func<TDraft, EventAgent?> get, Action<TDraft, EventAgent?> set) : Field<TDraft, EventAgent>("agent", get, set)
{
    private static readonly JsonEncodedText Tokens = JsonEncodedText.Encode("tokens");

    private static readonly FactReader<AgentDraft> Members = new(
        new TextField<AgentDraft>("model", 200, d => d.Model, (d, v) => d.Model = v),
        new TextField<AgentDraft>("role", 100, d => d.Role, (d, v) => d.Role = v),
        new RawField<AgentDraft>("tokens", 200, objectOnly: true, d => d.Tokens, (d, v) => d.Tokens = v));

    private static readonly FactReader<AgentDraft> TokenMembers = new(
        new CountField<AgentDraft>("input", 0, long.MaxValue, d => d.Input, (d, v) => d.Input = v),
        new CountField<AgentDraft>("output", 0, long.MaxValue, d => d.Output, (d, v) => d.Output = v));

    protected override string? Parse(ref FactCursor at, out EventAgent? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.StartObject) throw new WrongJsonTypeException("must be an object");
        var draft = new AgentDraft();
        var rule = Read(Members, RawJson.Read(ref at), draft) ?? (draft.Tokens is null ? null : Read(TokenMembers, draft.Tokens, draft));
        value = new EventAgent(draft.Model, draft.Role, draft.Input, draft.Output);
        return rule;
    }

    protected override string? Settle(ref EventAgent? value)
    {
        var draft = new AgentDraft { Model = value!.Model, Role = value.Role, Input = value.InputTokens, Output = value.OutputTokens };
        var problems = new List<FieldProblem>();
        Members.Settle(draft, problems);
        TokenMembers.Settle(draft, problems);
        value = new EventAgent(draft.Model, draft.Role, draft.Input, draft.Output);
        return problems.Count == 0 ? null : $"holds {problems[0]}";
    }

    protected override void Write(Utf8JsonWriter writer, EventAgent value)
    {
        writer.WriteStartObject();
        if (value.Model is not null) writer.WriteString("model", value.Model);
        if (value.Role is not null) writer.WriteString("role", value.Role);
        if (value.InputTokens is not null || value.OutputTokens is not null)
        {
            writer.WriteStartObject(Tokens);
            if (value.InputTokens is { } input) writer.WriteNumber("input", input);
            if (value.OutputTokens is { } output) writer.WriteNumber("output", output);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    // The members are known by name; others belong into metadata, where they are kept.
    private static string? Read(FactReader<AgentDraft> members, string json, AgentDraft draft)
    {
        var reading = new FactReading();
        if (members.Read(System.Text.Encoding.UTF8.GetBytes(json), ReadingRules.DefaultMaxDepth, draft, reading) is { } rejection)
            throw new WrongJsonTypeException($"holds {rejection.Problems[0]}");
        if (reading.Problems.Count > 0) return $"holds {reading.Problems[0]}";
        return reading.Unknown.Count > 0 ? $"must not hold '{FieldProblem.OneLine(reading.Unknown[0].Name)}' (put it into metadata)" : null;
    }

    private sealed class AgentDraft
    {
        public string? Model { get; set; }

        public string? Role { get; set; }

        public string? Tokens { get; set; }

        public long? Input { get; set; }

        public long? Output { get; set; }
    }
}
