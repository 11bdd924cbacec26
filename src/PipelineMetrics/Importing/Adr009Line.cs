using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>
/// The events of ADR-009. Every type becomes an event of ours; the end of a task becomes a completion. What nobody knows is kept in the
/// metadata.
/// </summary>
internal static class Adr009Line
{
    public static bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out LineDraft line, out Rejection? rejection)
    {
        line = null!;
        var (said, reading) = (new Adr009Draft(), new FactReading());
        rejection = Adr009Fields.Reader.Read(json, rules.MaxDepth, said, reading);
        if (rejection is not null) return false;
        reading.Unknown.AddRange([.. said.Agent.Unknown, .. said.Flat.Unknown]);
        said.Metadata = UnknownFields.Keep(said.Metadata, reading, refuse: false);
        var agent = Agreed(said, reading.Problems);
        var isEnd = said.EventType is EndOfTaskFields.Completed or EndOfTaskFields.Failed;
        Check(said, isEnd, reading.Problems);
        if (reading.Problems.Count > 0) rejection = Rejection.Invalid("invalid_event", reading.Problems);
        else line = isEnd ? End(said, agent, reading) : Happening(said, agent, reading);
        return rejection is null;
    }

    private static void Check(Adr009Draft said, bool isEnd, List<FieldProblem> problems)
    {
        if (said.EventType is null) problems.Add(new FieldProblem("eventType", "is required", null));
        if (said.EntityId is null) problems.Add(new FieldProblem("entityId", "is required", null));
        if (said.Timestamp is null) problems.Add(new FieldProblem("timestamp", "is required: when it happened", null));
        if (isEnd && said.EntityType is not (null or "task")) problems.Add(new FieldProblem("entityType", "must be task", FieldProblem.OneLine(said.EntityType)));
    }

    private static EventAgent Agreed(Adr009Draft said, List<FieldProblem> problems) => new(
        Agreed("model", said.Flat.Model, said.Agent.Model, problems),
        Agreed("role", said.Flat.Role, said.Agent.Role, problems),
        Agreed("tokens", said.Flat.InputTokens, said.Agent.InputTokens, problems),
        Agreed("tokens", said.Flat.OutputTokens, said.Agent.OutputTokens, problems));

    private static T? Agreed<T>(string name, T? flat, T? nested, List<FieldProblem> problems)
    {
        if (flat is not null && nested is not null && !flat.Equals(nested))
            problems.Add(new FieldProblem(name, "must agree with agent", FieldProblem.OneLine($"{flat} beside {nested}")));
        return flat ?? nested;
    }

    private static LineDraft Happening(Adr009Draft said, EventAgent agent, FactReading reading)
    {
        var draft = new EventDraft
        {
            Id = said.Id,
            Timestamp = said.Timestamp,
            EventType = said.EventType,
            EntityType = said.EntityType,
            EntityId = said.EntityId,
            ChainId = said.ChainId,
            RequestId = said.RequestId,
            Agent = agent == EventAgent.Nobody ? null : agent,
            TaskType = said.TaskType,
            Source = said.Source,
            Metadata = said.Metadata,
        };
        draft.Sent = EventFields.Reader.Present(draft) & ~(IsOfGit(said.Id) ? EventFields.Reader.Bit("metadata") : 0);
        draft.Source = SourceOf(said);
        return new LineDraft(draft) { Warnings = UnknownFields.Warnings(reading) };
    }

    private static LineDraft End(Adr009Draft said, EventAgent agent, FactReading reading)
    {
        var draft = new CompletionDraft
        {
            TaskId = said.EntityId,
            TaskType = said.TaskType,
            Model = agent.Model,
            Status = said.EventType == EndOfTaskFields.Completed ? CompletionStatus.Completed : CompletionStatus.Failed,
            CreatedAt = said.Timestamp,
            Id = said.Id,
            ChainId = said.ChainId,
            RequestId = said.RequestId,
            Role = agent.Role,
            ActualInputTokens = agent.InputTokens,
            ActualOutputTokens = agent.OutputTokens,
            Source = said.Source,
            Metadata = said.Metadata,
        };
        draft.Sent = CompletionFields.Reader.Present(draft) & ~(IsOfGit(said.Id) ? CompletionFields.Reader.Bit("metadata") : 0);
        draft.Source = SourceOf(said);
        if (draft.Source == Sources.Git) draft.OutcomeInferred = true;
        return new LineDraft(draft) { EndsAttempt = true, Warnings = UnknownFields.Warnings(reading) };
    }

    // A history that was rewritten tells the same with other commits, which stand in the metadata.
    private static bool IsOfGit(string? id) => id is not null && GitFact.IsIdOfOne(id);

    private static string SourceOf(Adr009Draft said) => said.Source ?? (SaysGit(said.Metadata) ? Sources.Git : Sources.Import);

    // As its own tool marks what it found in the history of files.
    private static bool SaysGit(string? metadata)
    {
        if (metadata is null || !metadata.Contains("git", StringComparison.OrdinalIgnoreCase)) return false;
        using var document = JsonDocument.Parse(metadata);
        var root = document.RootElement;
        return (root.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.String && source.ValueEquals(Sources.Git))
            || (root.TryGetProperty("importedFromGit", out var isGit) && isGit.ValueKind == JsonValueKind.True);
    }
}
