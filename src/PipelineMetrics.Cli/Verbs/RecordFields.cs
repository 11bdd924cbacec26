namespace PipelineMetrics.Cli.Verbs;

/// <summary>How a field of a completion is written in JSON.</summary>
internal enum FieldKind
{
    Text,
    Number,
    Flag,
    List,
}

/// <summary>A field of a completion as an option.</summary>
/// <param name="Name">On the wire.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Help">What it is, with its unit.</param>
/// <param name="Aliases">Shorter names for it.</param>
internal sealed record RecordField(string Name, FieldKind Kind, string Help, params string[] Aliases)
{
    public string OptionName => "--" + Name.Replace('_', '-');
}

/// <summary>Every field a completion has but the free ones, in the order of the log.</summary>
internal static class RecordFields
{
    public static readonly IReadOnlyList<RecordField> All =
    [
        new("task_id", FieldKind.Text, "The task; required", "--task"),
        new("task_type", FieldKind.Text, "spec, impl, review, ...", "--type"),
        new("model", FieldKind.Text, "The model that did it"),
        new("duration_seconds", FieldKind.Number, "Wall clock from dispatch to finish; required"),
        new("status", FieldKind.Text, "completed or failed; required unless there is an outcome"),
        new("created_at", FieldKind.Text, "When it finished, with offset; default now"),
        new("id", FieldKind.Text, "The idempotency key; default a new one"),
        new("outcome", FieldKind.Text, "success, failure, partial, timeout or cancelled"),
        new("chain_id", FieldKind.Text, "The chain of the task", "--chain"),
        new("request_id", FieldKind.Text, "The change request"),
        new("runner", FieldKind.Text, "The process that ran it"),
        new("role", FieldKind.Text, "The role the agent played"),
        new("executor", FieldKind.Text, "The executor of spec 026"),
        new("provider", FieldKind.Text, "Who serves the model"),
        new("harness", FieldKind.Text, "The agent program: claude_code, codex, ..."),
        new("language", FieldKind.Text, "The programming language of the work"),
        new("complexity", FieldKind.Text, "low, medium or high"),
        new("repo_size_category", FieldKind.Text, "tiny, small, medium, large or huge"),
        new("prompt_variant", FieldKind.Text, "For comparisons"),
        new("skill_version", FieldKind.Text, "For comparisons"),
        new("started_at", FieldKind.Text, "When it began, with offset"),
        new("queue_wait_seconds", FieldKind.Number, "How long it waited before; no part of the duration"),
        new("retry_count", FieldKind.Number, "Retries before this outcome"),
        new("actual_input_tokens", FieldKind.Number, "Input tokens, cached ones left out", "--tokens-in"),
        new("actual_output_tokens", FieldKind.Number, "Output tokens, reasoning included", "--tokens-out"),
        new("cache_read_tokens", FieldKind.Number, "Tokens read from a cache"),
        new("cache_write_tokens", FieldKind.Number, "Tokens written to a cache"),
        new("estimated_input_tokens", FieldKind.Number, "What was expected"),
        new("estimated_output_tokens", FieldKind.Number, "What was expected"),
        new("actual_cost_usd_micros", FieldKind.Number, "Cost in millionths of a US dollar"),
        new("actual_cost_usd", FieldKind.Number, "The same in US dollars", "--cost-usd"),
        new("estimated_cost_usd_micros", FieldKind.Number, "What was expected"),
        new("quality_gate_passed", FieldKind.Flag, "Whether the gates passed: true or false"),
        new("quality_gates_run", FieldKind.List, "A gate that ran; once per gate"),
        new("quality_gates_failed", FieldKind.List, "A gate that failed; once per gate"),
        new("context_compactions", FieldKind.Number, "How often the context was compacted"),
        new("context_rotations", FieldKind.Number, "How often the context was begun anew"),
        new("context_utilization_final", FieldKind.Number, "How full the context was at the end, 0 to 1"),
        new("cpu_seconds", FieldKind.Number, "Processor time of the run"),
        new("peak_memory_bytes", FieldKind.Number, "The most memory the run had"),
        new("error", FieldKind.Text, "Why it failed"),
        new("session_id", FieldKind.Text, "The session of the agent program"),
        new("turns", FieldKind.Number, "Turns of the agent"),
        new("tool_calls", FieldKind.Number, "Tools it called"),
        new("tool_errors", FieldKind.Number, "Tools that failed"),
        new("reasoning_tokens", FieldKind.Number, "Of the output tokens, those for reasoning"),
        new("cost_source", FieldKind.Text, "reported or estimated"),
        new("source", FieldKind.Text, "How it is known; default api"),
        new("outcome_inferred", FieldKind.Flag, "Whether the outcome is a guess: true or false"),
        new("revises", FieldKind.Text, "The id of the completion that this corrects"),
        new("revision", FieldKind.Number, "The number of the correction, from 1"),
    ];
}
