using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>What a line of ADR-009 says.</summary>
internal sealed class Adr009Draft
{
    public string? EventType { get; set; }

    public string? EntityType { get; set; }

    public string? EntityId { get; set; }

    public string? ChainId { get; set; }

    public string? RequestId { get; set; }

    public string? TaskType { get; set; }

    public string? Id { get; set; }

    public DateTimeOffset? Timestamp { get; set; }

    public string? Source { get; set; }

    public string? Metadata { get; set; }

    /// <summary>What the object <c>agent</c> says.</summary>
    public Adr009Agent Agent { get; } = new();

    /// <summary>What stands beside it in the event itself, as its tool writes it.</summary>
    public Adr009Agent Flat { get; } = new();
}

/// <summary>Who did it.</summary>
internal sealed class Adr009Agent
{
    public string? Model { get; set; }

    public string? Role { get; set; }

    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    /// <summary>What nobody knows of it, by its path.</summary>
    public List<(string Name, string Json)> Unknown { get; } = [];
}

/// <summary>The fields of ADR-009, in camelCase and in any order.</summary>
internal static class Adr009Fields
{
    private static readonly FactReader<Adr009Agent> Tokens = new(
        Count("input", a => a.InputTokens, (a, v) => a.InputTokens = v), Count("output", a => a.OutputTokens, (a, v) => a.OutputTokens = v));

    private static readonly FactReader<Adr009Agent> Agent = new(
        new TextField<Adr009Agent>("model", 200, a => a.Model, (a, v) => a.Model = v),
        new TextField<Adr009Agent>("role", 100, a => a.Role, (a, v) => a.Role = v),
        new NestedField<Adr009Agent>("tokens", "agent.tokens", Tokens, a => a));

    public static readonly FactReader<Adr009Draft> Reader = new(
        Text("eventType", 100, d => d.EventType, (d, v) => d.EventType = v),
        Text("entityType", 100, d => d.EntityType, (d, v) => d.EntityType = v),
        Text("entityId", 200, d => d.EntityId, (d, v) => d.EntityId = v),
        Text("chainId", 200, d => d.ChainId, (d, v) => d.ChainId = v),
        Text("requestId", 200, d => d.RequestId, (d, v) => d.RequestId = v),
        new NestedField<Adr009Draft>("agent", "agent", Agent, d => d.Agent),
        Text("model", 200, d => d.Flat.Model, (d, v) => d.Flat.Model = v),
        Text("role", 100, d => d.Flat.Role, (d, v) => d.Flat.Role = v),
        new NestedField<Adr009Draft>("tokens", "tokens", Tokens, d => d.Flat),
        new RawField<Adr009Draft>("metadata", 8192, objectOnly: true, d => d.Metadata, (d, v) => d.Metadata = v),
        Text("id", 128, d => d.Id, (d, v) => d.Id = v),
        new InstantField<Adr009Draft>("timestamp", d => d.Timestamp, (d, v) => d.Timestamp = v),
        Text("taskType", 100, d => d.TaskType, (d, v) => d.TaskType = v),
        Text("source", 100, d => d.Source, (d, v) => d.Source = v));

    private static TextField<Adr009Draft> Text(string name, int maxBytes, Func<Adr009Draft, string?> get, Action<Adr009Draft, string?> set) =>
        new(name, maxBytes, get, set);

    private static CountField<Adr009Agent> Count(string name, Func<Adr009Agent, long?> get, Action<Adr009Agent, long?> set) =>
        new(name, 0, long.MaxValue, get, set);
}

/// <summary>An object inside the event, read by a table of its own; what that does not know is kept under its path.</summary>
internal sealed class NestedField<TDraft>(string name, string path, FactReader<Adr009Agent> members, Func<TDraft, Adr009Agent> of) : Field<TDraft>(name)
{
    public override string? Read(ref FactCursor at, TDraft draft)
    {
        if (at.Reader.TokenType != JsonTokenType.StartObject) throw new WrongJsonTypeException("must be an object");
        var (reading, agent) = (new FactReading(), of(draft));
        if (members.Read(Encoding.UTF8.GetBytes(RawJson.Read(ref at)), at.MaxDepth, agent, reading) is { } rejection)
            throw new WrongJsonTypeException($"holds {rejection.Problems[0]}");
        agent.Unknown.AddRange(reading.Unknown.Select(u => ($"{path}.{u.Name}", u.Json)));
        return reading.Problems.Count == 0 ? null : $"holds {reading.Problems[0]}";
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
