using System.Collections.Concurrent;
using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>A page of tasks, newest registration first.</summary>
/// <param name="Tasks">The tasks of this page.</param>
/// <param name="Total">How many there are over all pages.</param>
/// <param name="Next">Where the next page starts; null on the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskView> Tasks, long Total, long? Next);

/// <summary>
/// The registered tasks, as the log has them. A task known only by its completions is no object here: memory grows with what was
/// registered, not with what was recorded.
/// </summary>
/// <remarks>One thread applies facts in log order; readers on any thread get immutable views.</remarks>
public sealed class TaskBook
{
    private readonly ConcurrentDictionary<TaskKey, TaskView> _tasks = new();
    private readonly ConcurrentDictionary<string, SharedList<TaskKey>> _byTaskId = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<TaskKey> _registered = [];
    private long _count;

    /// <summary>How many tasks are registered.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Applies a lifecycle event. Events about anything but a task change nothing here.</summary>
    public void Apply(PipelineEvent fact, long place)
    {
        if (fact.Task is not { } key) return;
        var task = _tasks.GetValueOrDefault(key);
        _tasks[key] = TaskFold.Apply(task, key, fact, place);
        if (task is not null) return;
        Interlocked.Increment(ref _count);
        _byTaskId[key.TaskId] = (_byTaskId.GetValueOrDefault(key.TaskId) ?? new SharedList<TaskKey>()).Add(key);
        lock (_lock)
        {
            _registered.Add(key);
        }
    }

    /// <summary>Applies a completion: it closes the open attempt of its task, if that is registered.</summary>
    public void Apply(Completion completion, long place)
    {
        if (_tasks.TryGetValue(completion.Task, out var task)) _tasks[completion.Task] = TaskFold.Apply(task, completion, place);
    }

    /// <summary>Whether a task with this id is registered in any chain. Costs no object, for the many completions of tasks nobody registered.</summary>
    internal bool Knows(ReadOnlySpan<char> taskId) => _byTaskId.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(taskId);

    /// <summary>The task, or null when nobody registered it.</summary>
    public TaskView? Find(TaskKey key) => _tasks.GetValueOrDefault(key);

    /// <summary>The tasks with this id in all chains; more than one means that the id alone is ambiguous.</summary>
    public IReadOnlyList<TaskView> FindByTaskId(string taskId) =>
        [.. _byTaskId.TryGetValue(taskId, out var keys) ? keys.Select(key => _tasks[key]) : []];

    /// <summary>A page of the tasks that match, newest registration first. A task that is registered meanwhile shifts no page.</summary>
    /// <param name="matches">Which tasks to list.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="before">The <see cref="TaskPage.Next"/> of the page before; null for the first.</param>
    /// <param name="offset">Matching tasks to pass over first.</param>
    public TaskPage List(Func<TaskView, bool> matches, int limit, long? before = null, int offset = 0)
    {
        var keys = Registered();
        var page = new List<TaskView>();
        var (total, passed, next) = (0L, 0, (long?)null);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            var task = _tasks[keys[i]];
            if (!matches(task)) continue;
            total++;
            if (i >= (before ?? long.MaxValue) || passed++ < offset) continue;
            if (page.Count < limit) page.Add(task);
            else next ??= i + 1;
        }
        return new TaskPage(page, total, next);
    }

    /// <summary>
    /// All tasks in no order, each once, as it is when it is reached. Takes no lock, so that a long look at many tasks holds nothing up.
    /// </summary>
    public IEnumerable<TaskView> All
    {
        get
        {
            foreach (var (_, task) in _tasks) yield return task;
        }
    }

    /// <summary>How many tasks stand in each state; states without a task are there with 0.</summary>
    public IReadOnlyDictionary<TaskState, long> CountByState()
    {
        var counts = TaskStates.All.ToDictionary(state => state, _ => 0L);
        foreach (var task in All) counts[task.State]++;
        return counts;
    }

    private TaskKey[] Registered()
    {
        lock (_lock)
        {
            return [.. _registered];
        }
    }
}
