namespace PipelineMetrics.Events;

/// <summary>The fields of a task that is registered; they become the event <c>task:created</c>.</summary>
internal static class TaskFields
{
    public static readonly FactReader<EventDraft> Reader = new(
        Text("task_id", 200, d => d.EntityId, (d, v) => d.EntityId = v, required: true),
        Text("direction", 5000, d => d.Direction, (d, v) => d.Direction = v, required: true),
        Text("task_type", 100, d => d.TaskType, (d, v) => d.TaskType = v),
        new RawField<EventDraft>("context", 16384, objectOnly: false, d => d.Context, (d, v) => d.Context = v),
        Text("model", 200, d => d.Agent?.Model, (d, v) => d.Agent = (d.Agent ?? EventAgent.Nobody) with { Model = v }),
        Text("role", 100, d => d.Agent?.Role, (d, v) => d.Agent = (d.Agent ?? EventAgent.Nobody) with { Role = v }),
        Text("chain_id", 200, d => d.ChainId, (d, v) => d.ChainId = v),
        Text("request_id", 200, d => d.RequestId, (d, v) => d.RequestId = v),
        new DecimalField<EventDraft>("priority", -1_000_000, 1_000_000, d => d.Priority, (d, v) => d.Priority = v),
        Count("estimated_input_tokens", d => d.EstimatedInputTokens, (d, v) => d.EstimatedInputTokens = v),
        Count("estimated_output_tokens", d => d.EstimatedOutputTokens, (d, v) => d.EstimatedOutputTokens = v),
        Count("estimated_cost_usd_micros", d => d.EstimatedCostUsdMicros, (d, v) => d.EstimatedCostUsdMicros = v),
        new InstantField<EventDraft>("created_at", d => d.Timestamp, (d, v) => d.Timestamp = v),
        Text("id", 128, d => d.Id, (d, v) => d.Id = v, required: true),
        Text("source", 100, d => d.Source, (d, v) => d.Source = v),
        new RawField<EventDraft>("metadata", 8192, objectOnly: true, d => d.Metadata, (d, v) => d.Metadata = v));

    private static TextField<EventDraft> Text(
        string name, int maxBytes, Func<EventDraft, string?> get, Action<EventDraft, string?> set, bool required = false) =>
        new(name, maxBytes, get, set, required);

    private static CountField<EventDraft> Count(string name, Func<EventDraft, long?> get, Action<EventDraft, long?> set) =>
        new(name, 0, long.MaxValue, get, set);
}
