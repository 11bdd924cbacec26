using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>Where a task stands in the queue. No two tasks stand in the same place.</summary>
/// <param name="Score">The score; higher goes first.</param>
/// <param name="CreatedAt">When the task was registered; among equal scores the older goes first.</param>
/// <param name="Task">Which task; decides, chain first, ordinal, what nothing else does.</param>
public readonly record struct QueuePlace(decimal Score, DateTimeOffset CreatedAt, TaskKey Task)
{
    /// <summary>First comes who goes first.</summary>
    public static IComparer<QueuePlace> Order { get; } = Comparer<QueuePlace>.Create(Compare);

    private static int Compare(QueuePlace one, QueuePlace other)
    {
        var order = other.Score.CompareTo(one.Score);
        if (order == 0) order = one.CreatedAt.CompareTo(other.CreatedAt);
        if (order == 0) order = string.CompareOrdinal(one.Task.ChainId, other.Task.ChainId);
        return order == 0 ? string.CompareOrdinal(one.Task.TaskId, other.Task.TaskId) : order;
    }
}
