using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>A task as the model sees it. What closed it last is known by how it ended and whether it said how long it took.</summary>
internal sealed record ModelTask(int Direction)
{
    public TaskState State { get; init; }

    public string? Runner { get; init; }

    public int Attempt { get; init; }

    public bool IsOpen { get; init; }

    public bool? ClosedWell { get; init; }

    public bool SaidDuration { get; init; }

    public bool IsOver => State is TaskState.Completed or TaskState.Cancelled;
}

/// <summary>What the service should hold, as plain lists: it knows neither files nor threads nor commits.</summary>
internal sealed class Model
{
    private readonly Dictionary<string, int> _contents = [];
    private readonly Dictionary<int, ModelTask> _tasks = [];
    private readonly List<(DateTimeOffset At, bool Well)> _completions = [];
    private int _timed;

    public Model() => Own = [];

    private Model(Model other)
    {
        (_contents, _tasks, _completions) = (new(other._contents), new(other._tasks), [.. other._completions]);
        (Own, Now, IsFull, _timed) = ([.. other.Own], other.Now, other.IsFull, other._timed);
    }

    public DateTimeOffset Now { get; set; }

    public bool IsFull { get; set; }

    /// <summary>The ids that callers gave to lines of ours.</summary>
    public SortedSet<string> Own { get; }

    public IReadOnlyDictionary<string, int> Contents => _contents;

    public static bool IsGood(int content) => content % 2 == 0;

    public Model Copy() => new(this);

    public override string ToString() =>
        $"{_completions.Count(c => c.Well)} completed, {_completions.Count(c => !c.Well)} failed, "
        + $"{_completions.Count(c => c.At >= Now.AddDays(-7))} in 7 days, {_timed} timed; "
        + string.Join(", ", _tasks.OrderBy(t => t.Key).Select(t => $"t{t.Key} {t.Value.State} {t.Value.Runner ?? "-"} {t.Value.Attempt}"));

    public Verdict Do(Step step) => step.Act switch
    {
        Act.Post => Post($"i{step.A}", step.B),
        Act.Register when _tasks.TryGetValue(step.A, out var known) => known.Direction == step.B % 2 ? Verdict.Duplicate : Verdict.Conflict,
        Act.Register => Set(step.A, new ModelTask(step.B % 2)),
        Act.Report when _tasks.TryGetValue(step.A, out var task) => Report(step.A, task, IsGood(step.B)),
        Act.Report => Count(IsGood(step.B), isTimed: true),
        Act.Claim when _tasks.TryGetValue(step.A, out var task) => Change(step.A, task, null, $"r{step.B % 2}"),
        Act.Patch when _tasks.TryGetValue(step.A, out var task) => Change(step.A, task, (TaskState)step.B, step.C < 2 ? $"r{step.C}" : null),
        _ => Verdict.Unknown,
    };

    public Verdict Post(string id, int content)
    {
        if (_contents.TryGetValue(id, out var known)) return known == content ? Verdict.Duplicate : Verdict.Conflict;
        if (IsFull) return Verdict.DiskFull;
        Own.Add(id);
        return Append(id, content);
    }

    /// <summary>A line of another program: one with a known id counts nowhere.</summary>
    public Verdict Append(string id, int content)
    {
        if (!_contents.TryAdd(id, content)) return Verdict.Duplicate;
        Add(IsGood(content), isTimed: true);
        return Verdict.Stored;
    }

    private Verdict Report(int key, ModelTask task, bool well)
    {
        var isOver = task.State is TaskState.Completed or TaskState.Failed;
        if (task.State == TaskState.Cancelled || (task.State == TaskState.Completed && task.ClosedWell != well)) return Verdict.Conflict;
        if (!isOver || task.ClosedWell != well) return Close(key, task, well, task.Runner, saidDuration: true);
        // The attempt has its completion; only a duration that nobody said yet is news.
        if (task.SaidDuration) return Verdict.Duplicate;
        if (IsFull) return Verdict.DiskFull;
        _timed++;
        Set(key, task with { SaidDuration = true });
        return Verdict.Duplicate;
    }

    private Verdict Change(int key, ModelTask task, TaskState? wanted, string? runner)
    {
        var isHeld = task.State is TaskState.Running or TaskState.NeedsDecision || (task.State == TaskState.Pending && task.Runner is not null);
        if (isHeld && runner is not null && task.Runner is not null && runner != task.Runner) return Verdict.Conflict;
        return wanted switch
        {
            null => Claim(key, task, runner),
            TaskState.Completed or TaskState.Failed => Finish(key, task, wanted.Value, runner),
            TaskState.Pending when task.State == TaskState.Pending && (task.Runner is null || runner is not null) => Claim(key, task, runner),
            TaskState.Running when task.State == TaskState.Running => Claim(key, task, runner),
            TaskState.NeedsDecision when task.State == wanted => Claim(key, task, runner),
            TaskState.Cancelled when task.State == wanted => Verdict.Duplicate,
            TaskState.Cancelled when task.State == TaskState.Failed => Set(key, task with { State = TaskState.Cancelled }),
            TaskState.Running when !task.IsOver =>
                Set(key, task with { State = TaskState.Running, Runner = runner ?? task.Runner, Attempt = Opened(task), IsOpen = true }),
            _ when task.IsOver || task.State == TaskState.Failed => Verdict.Conflict,
            TaskState.Pending => Set(key, task with { State = TaskState.Pending, Runner = null }),
            TaskState.NeedsDecision => Set(key, task with { State = TaskState.NeedsDecision, Runner = runner ?? task.Runner }),
            _ => Set(key, task with { State = wanted.Value }),
        };
    }

    private Verdict Claim(int key, ModelTask task, string? runner)
    {
        if (runner is null || runner == task.Runner) return Verdict.Duplicate;
        return task.IsOver || task.State == TaskState.Failed ? Verdict.Conflict : Set(key, task with { Runner = runner });
    }

    private Verdict Finish(int key, ModelTask task, TaskState wanted, string? runner)
    {
        if (task.State == wanted) return Verdict.Duplicate;
        if (task.IsOver || task.State == TaskState.Failed) return Verdict.Conflict;
        return Close(key, task, wanted == TaskState.Completed, runner ?? task.Runner, saidDuration: task.IsOpen);
    }

    private Verdict Close(int key, ModelTask task, bool well, string? runner, bool saidDuration)
    {
        if (Count(well, saidDuration) == Verdict.DiskFull) return Verdict.DiskFull;
        return Set(key, task with
        {
            State = well ? TaskState.Completed : TaskState.Failed,
            Runner = runner,
            Attempt = Opened(task),
            IsOpen = false,
            ClosedWell = well,
            SaidDuration = saidDuration,
        });
    }

    private static int Opened(ModelTask task) => task.IsOpen ? task.Attempt : task.Attempt + 1;

    private Verdict Count(bool well, bool isTimed)
    {
        if (IsFull) return Verdict.DiskFull;
        Add(well, isTimed);
        return Verdict.Stored;
    }

    private void Add(bool well, bool isTimed)
    {
        _completions.Add((Now, well));
        _timed += isTimed ? 1 : 0;
    }

    private Verdict Set(int key, ModelTask task)
    {
        if (IsFull) return Verdict.DiskFull;
        _tasks[key] = task;
        return Verdict.Stored;
    }
}
