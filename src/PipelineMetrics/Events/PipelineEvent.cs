namespace PipelineMetrics.Events;

/// <summary>One lifecycle fact of a task, chain, request or runner other than the end of an attempt. What exists has passed every
/// rule.</summary>
public sealed partial class PipelineEvent
{
    private readonly EventDraft _fields;

    private PipelineEvent(EventDraft fields) => _fields = fields;

    /// <inheritdoc cref="EventDraft.Id"/>
    public string? Id => _fields.Id;

    /// <inheritdoc cref="EventDraft.Timestamp"/>
    public DateTimeOffset Timestamp => _fields.Timestamp!.Value;

    /// <inheritdoc cref="EventDraft.EventType"/>
    public string EventType => _fields.EventType!;

    /// <inheritdoc cref="EventDraft.EntityType"/>
    public string EntityType => _fields.EntityType!;

    /// <inheritdoc cref="EventDraft.EntityId"/>
    public string EntityId => _fields.EntityId!;

    /// <inheritdoc cref="EventDraft.ChainId"/>
    public string? ChainId => _fields.ChainId;

    /// <inheritdoc cref="EventDraft.RequestId"/>
    public string? RequestId => _fields.RequestId;

    /// <inheritdoc cref="EventDraft.Agent"/>
    public EventAgent? Agent => _fields.Agent;

    /// <inheritdoc cref="EventDraft.TaskType"/>
    public string? TaskType => _fields.TaskType;

    /// <inheritdoc cref="EventDraft.Runner"/>
    public string? Runner => _fields.Runner;

    /// <inheritdoc cref="EventDraft.Priority"/>
    public decimal? Priority => _fields.Priority;

    /// <inheritdoc cref="EventDraft.Direction"/>
    public string? Direction => _fields.Direction;

    /// <inheritdoc cref="EventDraft.Context"/>
    public string? Context => _fields.Context;

    /// <inheritdoc cref="EventDraft.Attempt"/>
    public long? Attempt => _fields.Attempt;

    /// <inheritdoc cref="EventDraft.EstimatedInputTokens"/>
    public long? EstimatedInputTokens => _fields.EstimatedInputTokens;

    /// <inheritdoc cref="EventDraft.EstimatedOutputTokens"/>
    public long? EstimatedOutputTokens => _fields.EstimatedOutputTokens;

    /// <inheritdoc cref="EventDraft.EstimatedCostUsdMicros"/>
    public long? EstimatedCostUsdMicros => _fields.EstimatedCostUsdMicros;

    /// <inheritdoc cref="EventDraft.ReceivedAt"/>
    public DateTimeOffset? ReceivedAt => _fields.ReceivedAt;

    /// <inheritdoc cref="EventDraft.Reason"/>
    public string? Reason => _fields.Reason;

    /// <inheritdoc cref="EventDraft.Source"/>
    public string Source => _fields.Source ?? Completion.DefaultSource;

    /// <inheritdoc cref="EventDraft.Metadata"/>
    public string? Metadata => _fields.Metadata;
}
