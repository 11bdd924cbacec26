namespace PipelineMetrics.Events;

/// <summary>
/// The fields of <c>task:completed</c> and <c>task:failed</c>: those that every event has, and those of the completion that they
/// become.
/// </summary>
internal static class EndOfTaskFields
{
    public const string Completed = "task:completed";
    public const string Failed = "task:failed";

    public static readonly FactReader<CompletionDraft> Reader = new(
    [
        .. CompletionFields.Table(new StatusField()),
        new TextField<CompletionDraft>("event_type", 100, d => d.EventType, (d, v) => d.EventType = v, required: true),
        new TextField<CompletionDraft>("entity_type", 100, d => d.EntityType, (d, v) => d.EntityType = v),
        new TextField<CompletionDraft>("entity_id", 200, d => d.EntityId, (d, v) => d.EntityId = v, required: true),
        new InstantField<CompletionDraft>("timestamp", d => d.Timestamp, (d, v) => d.Timestamp = v),
        new AgentField<CompletionDraft>(d => d.Agent, (d, v) => d.Agent = v),
        new CountField<CompletionDraft>("attempt", 1, 1_000_000, d => d.Attempt, (d, v) => d.Attempt = v),
        new TextField<CompletionDraft>("reason", 2000, d => d.Reason, (d, v) => d.Reason = v),
    ]);
}
