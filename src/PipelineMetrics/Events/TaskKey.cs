namespace PipelineMetrics.Events;

/// <summary>The identity of a task: its chain and its id. <c>task_id</c> alone is not unique, real logs reuse it in every chain.</summary>
/// <param name="ChainId">The chain the task belongs to; null for a task without a chain.</param>
/// <param name="TaskId">The id within the chain, compared ordinally.</param>
public readonly record struct TaskKey(string? ChainId, string TaskId)
{
    /// <inheritdoc/>
    public override string ToString() => ChainId is null ? TaskId : $"{ChainId}/{TaskId}";
}
