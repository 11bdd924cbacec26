using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>The line of NDJSON that a completion becomes: the fields it has, under the names of the contract.</summary>
internal static class CompletionLine
{
    /// <summary>The longest line, bytes; the service takes lines of 256 KiB unless told otherwise.</summary>
    public const int MostBytes = 64 << 10;

    /// <param name="bytes">Where it goes.</param>
    /// <param name="completion">What is written.</param>
    /// <param name="now">When it was tracked: its <c>created_at</c> unless it has one, or it would be when it arrives.</param>
    /// <param name="newId">Its id unless it has one, so that it can be sent again.</param>
    /// <returns>The length, or -1 when it did not fit.</returns>
    public static int Write(Span<byte> bytes, CompletionRequest completion, DateTimeOffset now, Guid newId)
    {
        var line = new JsonLine(bytes);
        line.Text("\"task_id\":"u8, completion.TaskId);
        line.Text("\"task_type\":"u8, completion.TaskType);
        line.Text("\"model\":"u8, completion.Model);
        line.Number("\"duration_seconds\":"u8, completion.DurationSeconds);
        line.Text("\"status\":"u8, completion.Status);
        line.Instant("\"created_at\":"u8, completion.CreatedAt ?? now);
        if (completion.Id is { } id) line.Text("\"id\":"u8, id);
        else line.Id("\"id\":"u8, newId);
        line.Text("\"outcome\":"u8, completion.Outcome);
        line.Text("\"chain_id\":"u8, completion.ChainId);
        line.Text("\"request_id\":"u8, completion.RequestId);
        line.Text("\"runner\":"u8, completion.Runner);
        line.Text("\"role\":"u8, completion.Role);
        line.Text("\"executor\":"u8, completion.Executor);
        line.Text("\"provider\":"u8, completion.Provider);
        line.Text("\"harness\":"u8, completion.Harness);
        line.Text("\"language\":"u8, completion.Language);
        line.Text("\"complexity\":"u8, completion.Complexity);
        line.Text("\"repo_size_category\":"u8, completion.RepoSizeCategory);
        line.Text("\"prompt_variant\":"u8, completion.PromptVariant);
        line.Text("\"skill_version\":"u8, completion.SkillVersion);
        line.Instant("\"started_at\":"u8, completion.StartedAt);
        line.Number("\"queue_wait_seconds\":"u8, completion.QueueWaitSeconds);
        line.Whole("\"retry_count\":"u8, completion.RetryCount);
        line.Whole("\"actual_input_tokens\":"u8, completion.ActualInputTokens);
        line.Whole("\"actual_output_tokens\":"u8, completion.ActualOutputTokens);
        line.Whole("\"cache_read_tokens\":"u8, completion.CacheReadTokens);
        line.Whole("\"cache_write_tokens\":"u8, completion.CacheWriteTokens);
        line.Whole("\"estimated_input_tokens\":"u8, completion.EstimatedInputTokens);
        line.Whole("\"estimated_output_tokens\":"u8, completion.EstimatedOutputTokens);
        line.Whole("\"actual_cost_usd_micros\":"u8, completion.ActualCostUsdMicros);
        line.Whole("\"estimated_cost_usd_micros\":"u8, completion.EstimatedCostUsdMicros);
        line.Flag("\"quality_gate_passed\":"u8, completion.QualityGatePassed);
        line.Texts("\"quality_gates_run\":"u8, completion.QualityGatesRun);
        line.Texts("\"quality_gates_failed\":"u8, completion.QualityGatesFailed);
        line.Whole("\"context_compactions\":"u8, completion.ContextCompactions);
        line.Whole("\"context_rotations\":"u8, completion.ContextRotations);
        line.Number("\"context_utilization_final\":"u8, completion.ContextUtilizationFinal);
        line.Number("\"cpu_seconds\":"u8, completion.CpuSeconds);
        line.Whole("\"peak_memory_bytes\":"u8, completion.PeakMemoryBytes);
        line.Text("\"error\":"u8, completion.Error);
        line.Text("\"session_id\":"u8, completion.SessionId);
        line.Whole("\"turns\":"u8, completion.Turns);
        line.Whole("\"tool_calls\":"u8, completion.ToolCalls);
        line.Whole("\"tool_errors\":"u8, completion.ToolErrors);
        line.Whole("\"reasoning_tokens\":"u8, completion.ReasoningTokens);
        line.Text("\"cost_source\":"u8, completion.CostSource);
        line.Text("\"source\":"u8, completion.Source);
        line.Flag("\"outcome_inferred\":"u8, completion.OutcomeInferred);
        line.Text("\"revises\":"u8, completion.Revises);
        line.Whole("\"revision\":"u8, completion.Revision);
        line.Json("\"metadata\":"u8, completion.Metadata);
        return line.Finish();
    }
}
