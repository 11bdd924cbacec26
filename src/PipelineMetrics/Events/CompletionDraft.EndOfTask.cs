namespace PipelineMetrics.Events;

public sealed partial class CompletionDraft
{
    internal string? EventType { get; set; }

    internal string? EntityType { get; set; }

    internal string? EntityId { get; set; }

    internal DateTimeOffset? Timestamp { get; set; }

    internal EventAgent? Agent { get; set; }

    internal long? Attempt { get; set; }

    /// <summary>Reads the event that ends an attempt, <c>task:completed</c> or <c>task:failed</c>; it may carry any field of a
    /// completion.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, ReadingRules, out CompletionDraft, out Rejection)"/>
    internal static bool TryReadEndOfTask(ReadOnlySpan<byte> json, ReadingRules rules, out CompletionDraft draft, out Rejection? rejection)
    {
        if (!TryRead(EndOfTaskFields.Reader, json, rules, out draft, out rejection)) return false;
        var problems = new List<FieldProblem>();
        draft.TakeEvent(rules, problems);
        draft.Sent = CompletionFields.Reader.Present(draft);
        if (problems.Count > 0) rejection = Rejection.Invalid("invalid_event", problems);
        return rejection is null;
    }

    // What an event says in its own words becomes the completion's; what is said in both ways must be the same.
    private void TakeEvent(ReadingRules rules, List<FieldProblem> problems)
    {
        var status = EventType == EndOfTaskFields.Completed ? CompletionStatus.Completed : CompletionStatus.Failed;
        if (EntityType is not (null or "task")) problems.Add(new FieldProblem("entity_type", "must be task", FieldProblem.OneLine(EntityType)));
        if (EntityId is null && TaskId is null) problems.Add(new FieldProblem("entity_id", "is required: the task", null));
        if (Status is not null && Status != status) problems.Add(new FieldProblem("status", "must agree with event_type", Words.Status[Status.Value].Value));
        if (Revises is not null) problems.Add(new FieldProblem("revises", "has no meaning in an event", FieldProblem.OneLine(Revises)));
        if (Timestamp > rules.Now + Completion.MaxClockSkew)
            problems.Add(new FieldProblem("timestamp", "must be at most 5 minutes ahead of the service", Instant.ToText(Timestamp.Value)));
        Status = status;
        TaskId = Agree("task_id", "entity_id", TaskId, EntityId, problems);
        CreatedAt = Agree("created_at", "timestamp", CreatedAt, Timestamp, problems);
        RetryCount = Agree("retry_count", "attempt", RetryCount, Attempt - 1, problems);
        TakeReason(problems);
        TakeAgent(problems);
    }

    private void TakeReason(List<FieldProblem> problems)
    {
        if (Reason is not null && Status == CompletionStatus.Completed)
            problems.Add(new FieldProblem("reason", "has no meaning when a task is completed; put it into metadata", FieldProblem.OneLine(Reason)));
        Error = Agree("error", "reason", Error, Reason, problems);
        Reason = null;
    }

    private void TakeAgent(List<FieldProblem> problems)
    {
        var agent = Agent ?? EventAgent.Nobody;
        Model = Agree("model", "agent", Model, agent.Model, problems);
        Role = Agree("role", "agent", Role, agent.Role, problems);
        ActualInputTokens = Agree("actual_input_tokens", "agent", ActualInputTokens, agent.InputTokens, problems);
        ActualOutputTokens = Agree("actual_output_tokens", "agent", ActualOutputTokens, agent.OutputTokens, problems);
    }

    private static T? Agree<T>(string name, string alias, T? value, T? aliasValue, List<FieldProblem> problems)
    {
        if (value is not null && aliasValue is not null && !value.Equals(aliasValue))
            problems.Add(new FieldProblem(alias, $"must agree with {name}", FieldProblem.OneLine($"{aliasValue} beside {value}")));
        return aliasValue ?? value;
    }
}
