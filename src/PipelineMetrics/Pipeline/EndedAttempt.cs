using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>What the figures of the pipeline take of a completion.</summary>
/// <param name="Task">The task.</param>
/// <param name="RequestId">The change request behind it; null when nobody said.</param>
/// <param name="Model">The model that did it.</param>
/// <param name="AtMs">When it finished, Unix milliseconds.</param>
/// <param name="DurationMs">How long it took, milliseconds; -1 when that is not known.</param>
/// <param name="IsCompleted">Whether the task is done by it: it neither failed nor was given up.</param>
/// <param name="InputTokens">Input tokens; 0 when nobody said.</param>
/// <param name="OutputTokens">Output tokens; 0 when nobody said.</param>
internal readonly record struct EndedAttempt(
    TaskKey Task, string? RequestId, string Model, long AtMs, long DurationMs, bool IsCompleted, long InputTokens, long OutputTokens)
{
    private static readonly int TaskIdField = CompletionFields.TaskId;
    private static readonly int ChainIdField = CompletionFields.IndexOf("chain_id");
    private static readonly int RequestIdField = CompletionFields.IndexOf("request_id");
    private static readonly int ModelField = CompletionFields.IndexOf("model");

    public static EndedAttempt Of(Completion completion) => new(
        completion.Task, completion.RequestId, completion.Model, completion.CreatedAt.ToUnixTimeMilliseconds(), completion.DurationMs ?? -1,
        completion.Status == CompletionStatus.Completed && completion.Outcome != Outcome.Cancelled,
        completion.ActualInputTokens ?? 0, completion.ActualOutputTokens ?? 0);

    /// <summary>Of a line in the form in which the log writes it, ten times cheaper than by way of a <see cref="Completion"/>.</summary>
    public static bool TryRead(in CompletionLine line, out EndedAttempt attempt)
    {
        attempt = default;
        if (!line.Has(TaskIdField) || !line.Has(ModelField) || !CompletionDecoder.TryDecode(line, out var numbers)) return false;
        attempt = new EndedAttempt(
            new TaskKey(line.Text(ChainIdField), line.Text(TaskIdField)!), line.Text(RequestIdField), line.Text(ModelField)!,
            numbers.CreatedMs, numbers.DurationMs, numbers.Status == CompletionStatus.Completed && numbers.Outcome != Outcome.Cancelled,
            Math.Max(0, numbers.Details[(int)CompletionDetail.InputTokens]), Math.Max(0, numbers.Details[(int)CompletionDetail.OutputTokens]));
        return true;
    }
}
