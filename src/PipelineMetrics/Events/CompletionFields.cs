using System.Numerics;

namespace PipelineMetrics.Events;

/// <summary>The fields of a completion in the order in which they stand in a line: the six of spec 026 first.</summary>
internal static class CompletionFields
{
    public const long MaxDurationMs = 30L * 24 * 3600 * 1000;

    private const long MaxWaitMs = 366L * 24 * 3600 * 1000;
    private const long MaxCpuMs = 1_000_000_000L * 1000;
    private const long MaxCount = 1_000_000;
    private const int MaxMetadataBytes = 8192;

    // The names that end the table are read but never written: other ways to say a field above, and what the log adds itself.
    public static readonly FactReader<CompletionDraft> Reader = new([.. Table(new StatusField())]);

    /// <summary>The same fields for a change of a task, whose status may be any of a task, with the words that explain it.</summary>
    public static readonly FactReader<CompletionDraft> ChangeReader = new(
    [
        .. Table(new TextField<CompletionDraft>("status", 100, d => d.TaskStatus, (d, v) => d.TaskStatus = v)),
        new TextField<CompletionDraft>("reason", 2000, d => d.Reason, (d, v) => d.Reason = v),
    ]);

    public static readonly int TaskId = IndexOf("task_id");
    public static readonly int Id = IndexOf("id");
    public static readonly int Revises = IndexOf("revises");

    /// <summary>The place of a field in the table, by its JSON name.</summary>
    public static int IndexOf(string name) => BitOperations.TrailingZeroCount(Reader.Bit(name));

    internal static Field<CompletionDraft>[] Table(Field<CompletionDraft> status) =>
    [
        Text("task_id", 200, d => d.TaskId, (d, v) => d.TaskId = v, required: true),
        Text("task_type", 100, d => d.TaskType, (d, v) => d.TaskType = v),
        Text("model", 200, d => d.Model, (d, v) => d.Model = v),
        Seconds("duration_seconds", MaxDurationMs, d => d.DurationMs, (d, v) => d.DurationMs = v),
        status,
        Time("created_at", d => d.CreatedAt, (d, v) => d.CreatedAt = v),
        Text("id", 128, d => d.Id, (d, v) => d.Id = v, required: true),
        Time("received_at", d => d.ReceivedAt, (d, v) => d.ReceivedAt = v),
        new OutcomeField(),
        Text("chain_id", 200, d => d.ChainId, (d, v) => d.ChainId = v),
        Text("request_id", 200, d => d.RequestId, (d, v) => d.RequestId = v),
        Text("runner", 200, d => d.Runner, (d, v) => d.Runner = v),
        Text("role", 100, d => d.Role, (d, v) => d.Role = v),
        Text("executor", 100, d => d.Executor, (d, v) => d.Executor = v),
        Text("provider", 100, d => d.Provider, (d, v) => d.Provider = v),
        Text("harness", 100, d => d.Harness, (d, v) => d.Harness = v),
        Text("language", 100, d => d.Language, (d, v) => d.Language = v),
        Text("complexity", 100, d => d.Complexity, (d, v) => d.Complexity = v),
        Text("repo_size_category", 100, d => d.RepoSizeCategory, (d, v) => d.RepoSizeCategory = v),
        Text("prompt_variant", 200, d => d.PromptVariant, (d, v) => d.PromptVariant = v),
        Text("skill_version", 200, d => d.SkillVersion, (d, v) => d.SkillVersion = v),
        Time("started_at", d => d.StartedAt, (d, v) => d.StartedAt = v),
        Seconds("queue_wait_seconds", MaxWaitMs, d => d.QueueWaitMs, (d, v) => d.QueueWaitMs = v),
        Count("retry_count", 0, MaxCount, d => d.RetryCount, (d, v) => d.RetryCount = v),
        Count("actual_input_tokens", 0, long.MaxValue, d => d.ActualInputTokens, (d, v) => d.ActualInputTokens = v),
        Count("actual_output_tokens", 0, long.MaxValue, d => d.ActualOutputTokens, (d, v) => d.ActualOutputTokens = v),
        Count("cache_read_tokens", 0, long.MaxValue, d => d.CacheReadTokens, (d, v) => d.CacheReadTokens = v),
        Count("cache_write_tokens", 0, long.MaxValue, d => d.CacheWriteTokens, (d, v) => d.CacheWriteTokens = v),
        Count("estimated_input_tokens", 0, long.MaxValue, d => d.EstimatedInputTokens, (d, v) => d.EstimatedInputTokens = v),
        Count("estimated_output_tokens", 0, long.MaxValue, d => d.EstimatedOutputTokens, (d, v) => d.EstimatedOutputTokens = v),
        Count("actual_cost_usd_micros", 0, long.MaxValue, d => d.ActualCostUsdMicros, (d, v) => d.ActualCostUsdMicros = v),
        Count("estimated_cost_usd_micros", 0, long.MaxValue, d => d.EstimatedCostUsdMicros, (d, v) => d.EstimatedCostUsdMicros = v),
        Flag("quality_gate_passed", d => d.QualityGatePassed, (d, v) => d.QualityGatePassed = v),
        Names("quality_gates_run", d => d.QualityGatesRun, (d, v) => d.QualityGatesRun = v),
        Names("quality_gates_failed", d => d.QualityGatesFailed, (d, v) => d.QualityGatesFailed = v),
        Count("context_compactions", 0, MaxCount, d => d.ContextCompactions, (d, v) => d.ContextCompactions = v),
        Count("context_rotations", 0, MaxCount, d => d.ContextRotations, (d, v) => d.ContextRotations = v),
        new DecimalField<CompletionDraft>("context_utilization_final", 0, 1, d => d.ContextUtilizationFinal,
            (d, v) => d.ContextUtilizationFinal = v),
        Seconds("cpu_seconds", MaxCpuMs, d => d.CpuMs, (d, v) => d.CpuMs = v),
        Count("peak_memory_bytes", 0, long.MaxValue, d => d.PeakMemoryBytes, (d, v) => d.PeakMemoryBytes = v),
        Text("error", 2000, d => d.Error, (d, v) => d.Error = v),
        Text("session_id", 200, d => d.SessionId, (d, v) => d.SessionId = v),
        Count("turns", 0, MaxCount, d => d.Turns, (d, v) => d.Turns = v),
        Count("tool_calls", 0, MaxCount, d => d.ToolCalls, (d, v) => d.ToolCalls = v),
        Count("tool_errors", 0, MaxCount, d => d.ToolErrors, (d, v) => d.ToolErrors = v),
        Count("reasoning_tokens", 0, long.MaxValue, d => d.ReasoningTokens, (d, v) => d.ReasoningTokens = v),
        new WordField<CompletionDraft, CostSource>("cost_source", Words.CostSource, d => d.CostSource, (d, v) => d.CostSource = v),
        Text("source", 100, d => d.Source, (d, v) => d.Source = v),
        Flag("outcome_inferred", d => d.OutcomeInferred, (d, v) => d.OutcomeInferred = v),
        Text("revises", 128, d => d.Revises, (d, v) => d.Revises = v, required: true),
        Count("revision", 1, MaxCount, d => d.Revision, (d, v) => d.Revision = v),
        new RawField<CompletionDraft>("metadata", MaxMetadataBytes, objectOnly: true, d => d.Metadata, (d, v) => d.Metadata = v),
        Alias("task_duration_ms", 1, MaxDurationMs, d => d.TaskDurationMs, (d, v) => d.TaskDurationMs = v),
        Alias("actual_cost_usd", 1_000_000, long.MaxValue, d => d.ActualCostUsd, (d, v) => d.ActualCostUsd = v),
        new IgnoredField<CompletionDraft>("seq"),
        new IgnoredField<CompletionDraft>("crc"),
    ];

    private static TextField<CompletionDraft> Text(
        string name, int maxBytes, Func<CompletionDraft, string?> get, Action<CompletionDraft, string?> set, bool required = false) =>
        new(name, maxBytes, get, set, required);

    private static ScaledField<CompletionDraft> Seconds(
        string name, long maxMs, Func<CompletionDraft, long?> get, Action<CompletionDraft, long?> set) =>
        new(name, 1000, maxMs, get, set);

    private static AliasField<CompletionDraft> Alias(
        string name, int scale, long max, Func<CompletionDraft, long?> get, Action<CompletionDraft, long?> set) =>
        new(new ScaledField<CompletionDraft>(name, scale, max, get, set));

    private static CountField<CompletionDraft> Count(string name, long min, long max, Func<CompletionDraft, long?> get,
        Action<CompletionDraft, long?> set) =>
        new(name, min, max, get, set);

    private static InstantField<CompletionDraft> Time(
        string name, Func<CompletionDraft, DateTimeOffset?> get, Action<CompletionDraft, DateTimeOffset?> set) =>
        new(name, get, set);

    private static FlagField<CompletionDraft> Flag(string name, Func<CompletionDraft, bool?> get, Action<CompletionDraft, bool?> set) =>
        new(name, get, set);

    private static NamesField<CompletionDraft> Names(
        string name, Func<CompletionDraft, IReadOnlyList<string>?> get, Action<CompletionDraft, IReadOnlyList<string>?> set) => new(name, get, set);
}
