using System.Text.Json;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;

namespace PipelineMetrics.Cli.Exec;

/// <summary>A completion as it is sent.</summary>
internal static class WireRecord
{
    private const decimal MsPerSecond = 1000;

    public static CompletionRequest Of(CompletionDraft draft) => new()
    {
        TaskId = draft.TaskId,
        TaskType = draft.TaskType,
        Model = draft.Model,
        DurationSeconds = draft.DurationMs / MsPerSecond,
        CreatedAt = draft.CreatedAt,
        Id = draft.Id,
        Outcome = draft.Outcome?.ToString().ToLowerInvariant(),
        ChainId = draft.ChainId,
        RequestId = draft.RequestId,
        Runner = draft.Runner,
        Role = draft.Role,
        Executor = draft.Executor,
        Provider = draft.Provider,
        Harness = draft.Harness,
        Language = draft.Language,
        Complexity = draft.Complexity,
        RepoSizeCategory = draft.RepoSizeCategory,
        PromptVariant = draft.PromptVariant,
        SkillVersion = draft.SkillVersion,
        StartedAt = draft.StartedAt,
        QueueWaitSeconds = draft.QueueWaitMs / MsPerSecond,
        RetryCount = draft.RetryCount,
        ActualInputTokens = draft.ActualInputTokens,
        ActualOutputTokens = draft.ActualOutputTokens,
        CacheReadTokens = draft.CacheReadTokens,
        CacheWriteTokens = draft.CacheWriteTokens,
        EstimatedInputTokens = draft.EstimatedInputTokens,
        EstimatedOutputTokens = draft.EstimatedOutputTokens,
        ActualCostUsdMicros = draft.ActualCostUsdMicros,
        EstimatedCostUsdMicros = draft.EstimatedCostUsdMicros,
        QualityGatePassed = draft.QualityGatePassed,
        QualityGatesRun = draft.QualityGatesRun,
        QualityGatesFailed = draft.QualityGatesFailed,
        ContextCompactions = draft.ContextCompactions,
        ContextRotations = draft.ContextRotations,
        ContextUtilizationFinal = draft.ContextUtilizationFinal,
        CpuSeconds = draft.CpuMs / MsPerSecond,
        PeakMemoryBytes = draft.PeakMemoryBytes,
        Error = draft.Error,
        SessionId = draft.SessionId,
        Turns = draft.Turns,
        ToolCalls = draft.ToolCalls,
        ToolErrors = draft.ToolErrors,
        ReasoningTokens = draft.ReasoningTokens,
        CostSource = draft.CostSource?.ToString().ToLowerInvariant(),
        Source = draft.Source,
        Metadata = draft.Metadata is { } metadata ? JsonDocument.Parse(metadata).RootElement : null,
    };
}
