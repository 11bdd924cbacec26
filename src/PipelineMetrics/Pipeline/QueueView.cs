using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>A task that waits for a runner.</summary>
/// <param name="Position">Its place in the whole queue, from 1.</param>
/// <param name="Task">The task.</param>
/// <param name="Place">What it is ordered by.</param>
/// <param name="Score">Its score.</param>
/// <param name="Expected">When it should start and finish; null when nothing is known of how long tasks take.</param>
public sealed record QueueEntry(int Position, TaskView Task, QueuePlace Place, QueueScore Score, ExpectedTime? Expected);

/// <summary>The tasks that wait for a runner, in the order in which they should be taken.</summary>
/// <param name="Entries">All of them.</param>
/// <param name="Running">How many tasks run.</param>
/// <param name="Runners">How many tasks are expected to run side by side.</param>
/// <param name="ExpectedFinish">When all that wait and all that run should be done; null when that is not known, or there are none.</param>
public sealed record QueueView(IReadOnlyList<QueueEntry> Entries, int Running, int Runners, DateTimeOffset? ExpectedFinish)
{
    /// <summary>No attempt lasts longer: what began before that, as in the imported log of somebody else, keeps no runner busy.</summary>
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromMilliseconds(CompletionFields.MaxDurationMs);

    /// <summary>The queue of these tasks.</summary>
    /// <param name="tasks">Pending and running tasks.</param>
    /// <param name="scoring">What orders them.</param>
    /// <param name="rankedAt">The instant at which scores are compared.</param>
    /// <param name="now">The instant from which times are expected.</param>
    /// <param name="serviceTime">How long a task should take; null when nothing is known.</param>
    /// <param name="runners">Who is known to be there, whether or not it runs something.</param>
    public static QueueView Of(
        IReadOnlyList<TaskView> tasks, QueueScoring scoring, DateTimeOffset rankedAt, DateTimeOffset now, Func<TaskView, TimeSpan>? serviceTime,
        IEnumerable<string> runners)
    {
        var waiting = Ranked(tasks, scoring, rankedAt);
        var running = tasks.Where(task => task.State == TaskState.Running).ToList();
        var byRunner = running.Where(task => now - (task.StartedAt ?? now) <= LongestAttempt).GroupBy(RunnerOf).ToList();
        var idle = runners.Except(byRunner.Select(busy => busy.Key.Name), StringComparer.Ordinal).Count();
        var (expected, finish) = serviceTime is null ? (null, null) : Expect(waiting, byRunner, idle, now, serviceTime);
        var entries = waiting.Select((ranked, i) => new QueueEntry(i + 1, ranked.Task, ranked.Place, ranked.Score, expected?[i])).ToList();
        return new QueueView(entries, running.Count, Math.Max(1, byRunner.Count + idle), finish);
    }

    private static List<Ranked> Ranked(IReadOnlyList<TaskView> tasks, QueueScoring scoring, DateTimeOffset at)
    {
        var waiting = new List<Ranked>(tasks.Count);
        foreach (var task in tasks)
        {
            if (task.State != TaskState.Pending) continue;
            var score = scoring.ScoreOf(task, at);
            waiting.Add(new Ranked(task, new QueuePlace(score.Total, task.CreatedAt, task.Key), score));
        }
        waiting.Sort((one, other) => QueuePlace.Order.Compare(one.Place, other.Place));
        return waiting;
    }

    // A task that runs and does not say where has a runner of its own.
    private static (string? Name, TaskKey? Own) RunnerOf(TaskView task) => task.Runner is { } name ? (name, null) : (null, task.Key);

    private static (IReadOnlyList<ExpectedTime>? Expected, DateTimeOffset? Finish) Expect(
        List<Ranked> waiting, List<IGrouping<(string? Name, TaskKey? Own), TaskView>> byRunner, int idle, DateTimeOffset now,
        Func<TaskView, TimeSpan> serviceTime)
    {
        var free = byRunner.Select(tasks => tasks.Max(task => ExpectedEnd(task, now, serviceTime))).ToList();
        if (waiting.Count == 0) return ([], free.Count == 0 ? null : free.Max());
        free.AddRange(Enumerable.Repeat(now, idle + free.Count == 0 ? 1 : idle));
        var expected = QueueSchedule.Of(free, [.. waiting.Select(ranked => serviceTime(ranked.Task))]);
        var last = expected.Max(time => time.Finish);
        return (expected, free.Append(last).Max());
    }

    // What should have ended is expected to end now.
    private static DateTimeOffset ExpectedEnd(TaskView task, DateTimeOffset now, Func<TaskView, TimeSpan> serviceTime)
    {
        var end = QueueSchedule.Later(task.StartedAt ?? now, serviceTime(task));
        return end > now ? end : now;
    }
}

/// <summary>A waiting task with what it is ordered by.</summary>
internal readonly record struct Ranked(TaskView Task, QueuePlace Place, QueueScore Score);
