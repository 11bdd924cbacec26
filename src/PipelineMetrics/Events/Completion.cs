namespace PipelineMetrics.Events;

/// <summary>One finished attempt at a task: the unit of every rate and percentile. What exists has passed every rule.</summary>
public sealed partial class Completion
{
    private readonly CompletionDraft _fields;

    private Completion(CompletionDraft fields) => _fields = fields;

    /// <summary>The identity of the task.</summary>
    public TaskKey Task => new(_fields.ChainId, _fields.TaskId!);

    /// <inheritdoc cref="CompletionDraft.TaskId"/>
    public string TaskId => _fields.TaskId!;

    /// <inheritdoc cref="CompletionDraft.TaskType"/>
    public string TaskType => _fields.TaskType!;

    /// <inheritdoc cref="CompletionDraft.Model"/>
    public string Model => _fields.Model!;

    /// <inheritdoc cref="CompletionDraft.DurationMs"/>
    public long? DurationMs => _fields.DurationMs;

    /// <inheritdoc cref="CompletionDraft.Status"/>
    public CompletionStatus Status => _fields.Status!.Value;

    /// <inheritdoc cref="CompletionDraft.CreatedAt"/>
    public DateTimeOffset CreatedAt => _fields.CreatedAt!.Value;

    /// <inheritdoc cref="CompletionDraft.Id"/>
    public string? Id => _fields.Id;

    /// <inheritdoc cref="CompletionDraft.ReceivedAt"/>
    public DateTimeOffset? ReceivedAt => _fields.ReceivedAt;

    /// <inheritdoc cref="CompletionDraft.Outcome"/>
    public Outcome Outcome => OutcomeOf(_fields)!.Value;

    /// <inheritdoc cref="CompletionDraft.ChainId"/>
    public string? ChainId => _fields.ChainId;

    /// <inheritdoc cref="CompletionDraft.RequestId"/>
    public string? RequestId => _fields.RequestId;

    /// <inheritdoc cref="CompletionDraft.Runner"/>
    public string? Runner => _fields.Runner;

    /// <inheritdoc cref="CompletionDraft.Role"/>
    public string? Role => _fields.Role;

    /// <inheritdoc cref="CompletionDraft.Executor"/>
    public string? Executor => _fields.Executor;

    /// <inheritdoc cref="CompletionDraft.Provider"/>
    public string? Provider => _fields.Provider;

    /// <inheritdoc cref="CompletionDraft.Harness"/>
    public string? Harness => _fields.Harness;

    /// <inheritdoc cref="CompletionDraft.Language"/>
    public string? Language => _fields.Language;

    /// <inheritdoc cref="CompletionDraft.Complexity"/>
    public string? Complexity => _fields.Complexity;

    /// <inheritdoc cref="CompletionDraft.RepoSizeCategory"/>
    public string? RepoSizeCategory => _fields.RepoSizeCategory;

    /// <inheritdoc cref="CompletionDraft.PromptVariant"/>
    public string? PromptVariant => _fields.PromptVariant;

    /// <inheritdoc cref="CompletionDraft.SkillVersion"/>
    public string? SkillVersion => _fields.SkillVersion;

    /// <inheritdoc cref="CompletionDraft.StartedAt"/>
    public DateTimeOffset? StartedAt => _fields.StartedAt;

    /// <inheritdoc cref="CompletionDraft.QueueWaitMs"/>
    public long? QueueWaitMs => _fields.QueueWaitMs;

    /// <inheritdoc cref="CompletionDraft.RetryCount"/>
    public long? RetryCount => _fields.RetryCount;

    /// <inheritdoc cref="CompletionDraft.ActualInputTokens"/>
    public long? ActualInputTokens => _fields.ActualInputTokens;

    /// <inheritdoc cref="CompletionDraft.ActualOutputTokens"/>
    public long? ActualOutputTokens => _fields.ActualOutputTokens;

    /// <inheritdoc cref="CompletionDraft.CacheReadTokens"/>
    public long? CacheReadTokens => _fields.CacheReadTokens;

    /// <inheritdoc cref="CompletionDraft.CacheWriteTokens"/>
    public long? CacheWriteTokens => _fields.CacheWriteTokens;

    /// <inheritdoc cref="CompletionDraft.EstimatedInputTokens"/>
    public long? EstimatedInputTokens => _fields.EstimatedInputTokens;

    /// <inheritdoc cref="CompletionDraft.EstimatedOutputTokens"/>
    public long? EstimatedOutputTokens => _fields.EstimatedOutputTokens;

    /// <inheritdoc cref="CompletionDraft.ActualCostUsdMicros"/>
    public long? ActualCostUsdMicros => _fields.ActualCostUsdMicros;

    /// <inheritdoc cref="CompletionDraft.EstimatedCostUsdMicros"/>
    public long? EstimatedCostUsdMicros => _fields.EstimatedCostUsdMicros;

    /// <inheritdoc cref="CompletionDraft.QualityGatePassed"/>
    public bool? QualityGatePassed => _fields.QualityGatePassed;

    /// <inheritdoc cref="CompletionDraft.QualityGatesRun"/>
    public IReadOnlyList<string>? QualityGatesRun => _fields.QualityGatesRun;

    /// <inheritdoc cref="CompletionDraft.QualityGatesFailed"/>
    public IReadOnlyList<string>? QualityGatesFailed => _fields.QualityGatesFailed;

    /// <inheritdoc cref="CompletionDraft.ContextCompactions"/>
    public long? ContextCompactions => _fields.ContextCompactions;

    /// <inheritdoc cref="CompletionDraft.ContextRotations"/>
    public long? ContextRotations => _fields.ContextRotations;

    /// <inheritdoc cref="CompletionDraft.ContextUtilizationFinal"/>
    public decimal? ContextUtilizationFinal => _fields.ContextUtilizationFinal;

    /// <inheritdoc cref="CompletionDraft.CpuMs"/>
    public long? CpuMs => _fields.CpuMs;

    /// <inheritdoc cref="CompletionDraft.PeakMemoryBytes"/>
    public long? PeakMemoryBytes => _fields.PeakMemoryBytes;

    /// <inheritdoc cref="CompletionDraft.Error"/>
    public string? Error => _fields.Error;

    /// <inheritdoc cref="CompletionDraft.SessionId"/>
    public string? SessionId => _fields.SessionId;

    /// <inheritdoc cref="CompletionDraft.Turns"/>
    public long? Turns => _fields.Turns;

    /// <inheritdoc cref="CompletionDraft.ToolCalls"/>
    public long? ToolCalls => _fields.ToolCalls;

    /// <inheritdoc cref="CompletionDraft.ToolErrors"/>
    public long? ToolErrors => _fields.ToolErrors;

    /// <inheritdoc cref="CompletionDraft.ReasoningTokens"/>
    public long? ReasoningTokens => _fields.ReasoningTokens;

    /// <inheritdoc cref="CompletionDraft.CostSource"/>
    public CostSource? CostSource => _fields.CostSource;

    /// <inheritdoc cref="CompletionDraft.Source"/>
    public string Source => _fields.Source ?? DefaultSource;

    /// <inheritdoc cref="CompletionDraft.OutcomeInferred"/>
    public bool? OutcomeInferred => _fields.OutcomeInferred;

    /// <inheritdoc cref="CompletionDraft.Revises"/>
    public string? Revises => _fields.Revises;

    /// <inheritdoc cref="CompletionDraft.Revision"/>
    public long? Revision => _fields.Revision;

    /// <inheritdoc cref="CompletionDraft.Metadata"/>
    public string? Metadata => _fields.Metadata;
}
