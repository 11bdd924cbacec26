using System.Text.Json;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tasks;

/// <summary>A task as the API shows it.</summary>
internal sealed class TaskJson(RetryOptions retry, TimeProvider clock)
{
    // Segments that are routes of their own beside /{task_id}.
    private static readonly HashSet<string> Reserved = new(["count", "attention", "completions"], StringComparer.OrdinalIgnoreCase);

    public static string AddressOf(TaskKey task)
    {
        var id = Uri.EscapeDataString(task.TaskId);
        var chain = task.ChainId is null ? null : $"chain_id={Uri.EscapeDataString(task.ChainId)}";
        if (Reserved.Contains(task.TaskId) || !RoutedId.FitsPath(task.TaskId)) return $"{Routes.Tasks}?task_id={id}{(chain is null ? "" : "&" + chain)}";
        return $"{Routes.Tasks}/{id}{(chain is null ? "" : "?" + chain)}";
    }

    public TaskResponse Of(TaskView task)
    {
        var advice = retry.AdviceFor(task);
        return new TaskResponse
        {
            TaskId = task.Key.TaskId,
            ChainId = task.Key.ChainId,
            Status = TaskStates.Word(task.State),
            TaskType = task.TaskType,
            Model = task.Model,
            Direction = task.Direction,
            Context = Parsed(task.Context),
            Priority = task.Priority,
            RequestId = task.RequestId,
            Runner = task.Runner,
            Reason = task.Reason,
            Attempt = task.Attempt,
            RetryCount = task.RetryCount,
            CreatedAt = task.CreatedAt,
            UpdatedAt = task.UpdatedAt,
            StartedAt = task.StartedAt,
            RunningSeconds = task.HasOpenAttempt && task.RunningMs(clock.GetUtcNow()) is { } ms ? ms / 1000m : null,
            CompletionId = task.LastClosed?.CompletionId,
            NextRetryAt = advice?.NextRetryAt,
            RetriesExhausted = advice?.Exhausted,
            EstimatedInputTokens = task.EstimatedInputTokens,
            EstimatedOutputTokens = task.EstimatedOutputTokens,
            EstimatedCostUsdMicros = task.EstimatedCostUsdMicros,
            Metadata = Parsed(task.Metadata),
        };
    }

    /// <summary>The task as the answer to a request that changed it, or repeated a change.</summary>
    public TaskResponse Of(TaskView task, Receipt receipt, IReadOnlyList<string> warnings) => Of(task) with
    {
        Duplicate = receipt.Verdict == Verdict.Duplicate ? true : null,
        Warnings = warnings.Count == 0 ? null : warnings,
    };

    /// <summary>The task with every line of the log about it, oldest first.</summary>
    public TaskResponse WithHistory(TaskView task, Recorder recorder) => Of(task) with
    {
        History = [.. task.History.Select(recorder.ReadLine).OfType<byte[]>().Select(line => Parsed(line))],
    };

    private static JsonElement? Parsed(string? json) => json is null ? null : JsonElement.Parse(json);

    private static JsonElement Parsed(byte[] json) => JsonElement.Parse(json);
}
