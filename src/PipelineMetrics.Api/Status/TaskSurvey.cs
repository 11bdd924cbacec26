using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Status;

/// <summary>What one look at all tasks tells.</summary>
internal sealed class TaskSurvey
{
    private readonly long[] _counts = new long[TaskStates.All.Count];

    public TaskSurvey(IEnumerable<TaskView> tasks, DateTimeOffset now)
    {
        foreach (var task in tasks) Look(task, now);
    }

    /// <summary>Tasks that run or wait for a decision.</summary>
    public List<TaskView> Active { get; } = [];

    /// <summary>Tasks that a runner has claimed or is at work on.</summary>
    public List<TaskView> Held { get; } = [];

    /// <summary>How long the pending task that waits longest has waited; null when none is pending.</summary>
    public TimeSpan? LongestWait { get; private set; }

    /// <summary>How many tasks stand in a state.</summary>
    public long Count(TaskState state) => _counts[(int)state];

    private void Look(TaskView task, DateTimeOffset now)
    {
        _counts[(int)task.State]++;
        var isActive = task.State is TaskState.Running or TaskState.NeedsDecision;
        if (isActive) Active.Add(task);
        if (task.Runner is not null && (isActive || task.State == TaskState.Pending)) Held.Add(task);
        if (task.State == TaskState.Pending && !(LongestWait >= task.WaitAt(now))) LongestWait = task.WaitAt(now);
    }
}
