using PipelineMetrics.Api.Runners;
using PipelineMetrics.Contracts;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Status;

/// <summary>The runners as the status shows them: those that were heard, and those that have a task.</summary>
internal sealed class RunnerList(RunnerPresence presence)
{
    private const int MostRunners = 1000;
    private const int MostTasksOfARunner = 100;

    /// <summary>All of them by id; of too many those that are of use.</summary>
    /// <param name="held">The tasks that a runner has claimed or is at work on.</param>
    /// <param name="now">The moment.</param>
    public IReadOnlyList<RunnerStatus> With(IReadOnlyList<TaskView> held, DateTimeOffset now)
    {
        var tasks = held.ToLookup(task => task.Runner!, StringComparer.Ordinal);
        var heard = presence.Known.ToDictionary(runner => runner.Id, StringComparer.Ordinal);
        return [.. heard.Keys.Union(tasks.Select(runner => runner.Key), StringComparer.Ordinal)
            .Select(id => Status(id, heard.GetValueOrDefault(id), [.. tasks[id]], now))
            .OrderBy(runner => runner.TaskCount == 0).ThenByDescending(runner => runner.LastSeen)
            .Take(MostRunners)
            .OrderBy(runner => runner.Id, StringComparer.Ordinal)];
    }

    private RunnerStatus Status(string id, RunnerView? heard, IReadOnlyList<TaskView> tasks, DateTimeOffset now)
    {
        var lastSeen = LastSeen(heard, tasks);
        return new RunnerStatus
        {
            Id = id,
            Status = RunnerStates.Word(StateOf(heard, tasks, lastSeen, now)),
            LastSeen = lastSeen,
            CpuPercent = heard?.CpuPercent,
            MemoryBytes = heard?.MemoryBytes,
            Reason = heard?.Reason,
            TaskCount = tasks.Count,
            Tasks = TasksOf(tasks),
        };
    }

    private static DateTimeOffset LastSeen(RunnerView? heard, IReadOnlyList<TaskView> tasks)
    {
        if (heard is { SendsHeartbeats: true } || tasks.Count == 0) return heard!.LastSeen;
        var atWork = tasks.Max(task => task.UpdatedAt);
        return heard?.LastSeen > atWork ? heard.LastSeen : atWork;
    }

    // Who sends heartbeats is as they say. Of the others nothing is known but what they do.
    private RunnerState StateOf(RunnerView? heard, IReadOnlyList<TaskView> tasks, DateTimeOffset lastSeen, DateTimeOffset now)
    {
        if (heard is { SendsHeartbeats: true }) return presence.StateOf(heard, now);
        if (heard is { Said: not RunnerState.Running }) return heard.Said;
        return tasks.Any(task => task.State == TaskState.Running) || presence.IsRecent(lastSeen, now) ? RunnerState.Running : RunnerState.Silent;
    }

    private static List<RunnerTask> TasksOf(IEnumerable<TaskView> tasks) =>
        [.. tasks.OrderBy(task => task.Key.ChainId, StringComparer.Ordinal).ThenBy(task => task.Key.TaskId, StringComparer.Ordinal)
            .Take(MostTasksOfARunner)
            .Select(task => new RunnerTask(task.Key.TaskId, task.Key.ChainId, TaskStates.Word(task.State)))];
}
