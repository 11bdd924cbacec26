using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class QueueViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QueueScoring Scoring = new(new QueueOptions(), new PriorityWeights(), new VipSenders());

    [Fact]
    public void The_order_is_by_score_then_age_then_key_whatever_order_the_tasks_come_in() => ForAnySeed(random =>
    {
        var tasks = SomeTasks(random, TaskState.Pending);
        var queue = Of(tasks, null);
        var expected = new List<TaskView>();
        // Insertion by the rules, one by one.
        foreach (var task in tasks)
        {
            var at = expected.FindIndex(other => GoesBefore(task, other));
            expected.Insert(at < 0 ? expected.Count : at, task);
        }
        queue.Entries.Select(e => e.Task).ShouldBe(expected);
        queue.Entries.Select(e => e.Position).ShouldBe(Enumerable.Range(1, tasks.Count));
        var shuffled = tasks.ToArray();
        random.Shuffle(shuffled);
        Of(shuffled, null).Entries.ShouldBe(queue.Entries);
    });

    [Fact]
    public void Of_any_two_tasks_exactly_one_goes_first_and_of_any_three_the_order_is_one() => ForAnySeed(random =>
    {
        var places = SomeTasks(random, TaskState.Pending).Take(8).Select(t => new QueuePlace(t.Priority, t.CreatedAt, t.Key)).ToList();
        foreach (var a in places)
        {
            foreach (var b in places)
            {
                Math.Sign(Compare(a, b)).ShouldBe(-Math.Sign(Compare(b, a)));
                (Compare(a, b) == 0).ShouldBe(a.Task == b.Task);
                places.Where(c => Compare(a, b) < 0 && Compare(b, c) < 0).ShouldAllBe(c => Compare(a, c) < 0);
            }
        }
    });

    [Fact]
    public void Expected_times_are_those_of_a_simulation_second_by_second() => ForAnySeed(random =>
    {
        var tasks = SomeTasks(random, TaskState.Pending, TaskState.Running);
        string[] there = [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"r{random.Next(8)}")];
        var queue = QueueView.Of(tasks, Scoring, Now, Now, Service, there);
        var simulation = new SecondBySecond(tasks, queue.Entries.Select(e => e.Task), there);
        queue.Entries.Select(e => e.Expected!.Value).ShouldBe(simulation.Expected);
        queue.ExpectedFinish.ShouldBe(simulation.End);
        (queue.Running, queue.Runners).ShouldBe((tasks.Count(t => t.State == TaskState.Running), simulation.Runners));
    });

    [Fact]
    public void Nothing_is_expected_where_nothing_is_known()
    {
        var queue = Of([Waiting("a"), Running("b", "r")], null);
        queue.Entries.ShouldHaveSingleItem().Expected.ShouldBeNull();
        (queue.ExpectedFinish, queue.Running).ShouldBe((null, 1));
        (Of([], Service).ExpectedFinish, Of([], Service).Runners).ShouldBe((null, 1));
    }

    [Fact]
    public void Runners_that_are_there_and_have_nothing_to_do_are_free_now()
    {
        TaskView[] tasks = [Waiting("a"), Waiting("b"), Waiting("c"), Running("d", "busy")];
        var queue = QueueView.Of(tasks, Scoring, Now, Now, _ => TimeSpan.FromSeconds(10), ["busy", "idle", "idle", "another"]);
        (queue.Running, queue.Runners).ShouldBe((1, 3));
        queue.Entries.Select(entry => (entry.Expected!.Value.Start - Now).TotalSeconds).ShouldBe([0, 0, 10]);
        QueueView.Of([], Scoring, Now, Now, Service, ["idle"]).Runners.ShouldBe(1);
    }

    [Fact]
    public void A_task_that_should_have_ended_is_expected_to_end_now()
    {
        var queue = Of([Waiting("a"), Running("b", "r", startedAgo: 1000)], Service);
        queue.Entries.ShouldHaveSingleItem().Expected.ShouldBe(new ExpectedTime(Now, Now.AddSeconds(1)));
    }

    [Fact]
    public void A_finish_beyond_all_time_is_the_end_of_time()
    {
        var tasks = Enumerable.Range(0, 200_000).Select(i => Waiting($"{i}")).ToList();
        var queue = Of(tasks, _ => TimeSpan.FromDays(30));
        queue.ExpectedFinish.ShouldBe(DateTimeOffset.MaxValue);
        queue.Entries[1].Expected!.Value.Start.ShouldBe(Now.AddDays(30));
    }

    [Fact]
    public void A_task_that_does_not_say_who_runs_it_has_a_runner_of_its_own()
    {
        Of([Running("a", null), Running("b", null), Running("c", "r"), Running("d", "r")], Service).Runners.ShouldBe(3);
    }

    [Fact]
    public void A_task_that_began_longer_ago_than_any_attempt_lasts_keeps_no_runner_busy()
    {
        var month = TimeSpan.FromDays(30);
        var queue = Of([Running("old", null) with { StartedAt = Now - month - TimeSpan.FromSeconds(1) }, Running("long", null) with { StartedAt = Now - month }, Waiting("w")], Service);

        (queue.Running, queue.Runners).ShouldBe((2, 1));
    }

    private static void ForAnySeed(Action<Random> holds) => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed => holds(new Random(seed))));

    private static QueueView Of(IReadOnlyList<TaskView> tasks, Func<TaskView, TimeSpan>? serviceTime) => QueueView.Of(tasks, Scoring, Now, Now, serviceTime, []);

    private static TimeSpan Service(TaskView task) => TimeSpan.FromSeconds(task.Key.TaskId.Length);

    private static int Compare(QueuePlace a, QueuePlace b) => QueuePlace.Order.Compare(a, b);

    private static TaskView Waiting(string id) => new() { Key = new TaskKey(null, id), CreatedAt = Now };

    private static TaskView Running(string id, string? runner, int startedAgo = 0) =>
        Waiting(id) with { State = TaskState.Running, Runner = runner, Attempt = 1, StartedAt = Now.AddSeconds(-startedAgo) };

    private static List<TaskView> SomeTasks(Random random, params TaskState[] states) =>
        [.. Enumerable.Range(0, random.Next(1, 25)).Select(i => new TaskView
        {
            // The length of the id is how long the task takes. The same ids occur in four chains, one of which is none.
            Key = new TaskKey(i % 4 == 0 ? null : $"c{i % 4}", new string((char)('A' + (i / 4)), 1 + (i / 4 * 3 % 7))),
            State = states[random.Next(states.Length)],
            Priority = random.Next(3),
            CreatedAt = Now.AddDays(-random.Next(10)),
            Runner = random.Next(3) == 0 ? null : $"r{random.Next(4)}",
            Attempt = 1,
            StartedAt = Now.AddSeconds(-random.Next(12)),
        })];

    private static bool GoesBefore(TaskView one, TaskView other)
    {
        var (a, b) = (Scoring.ScoreOf(one, Now).Total, Scoring.ScoreOf(other, Now).Total);
        if (a != b) return a > b;
        if (one.CreatedAt != other.CreatedAt) return one.CreatedAt < other.CreatedAt;
        var (x, y) = (one.Key.ChainId, other.Key.ChainId);
        if (x != y) return x is null || (y is not null && string.CompareOrdinal(x, y) < 0);
        return string.CompareOrdinal(one.Key.TaskId, other.Key.TaskId) < 0;
    }

    /// <summary>The clock goes on second by second; whoever is free takes the next task.</summary>
    private sealed class SecondBySecond
    {
        public SecondBySecond(IReadOnlyList<TaskView> tasks, IEnumerable<TaskView> inOrder, IEnumerable<string> there)
        {
            var busyUntil = new List<DateTimeOffset>();
            var named = new Dictionary<string, int>();
            foreach (var task in tasks.Where(t => t.State == TaskState.Running))
            {
                var end = task.StartedAt!.Value + Service(task);
                if (task.Runner is { } name && named.TryGetValue(name, out var known)) busyUntil[known] = end > busyUntil[known] ? end : busyUntil[known];
                else
                {
                    if (task.Runner is not null) named[task.Runner] = busyUntil.Count;
                    busyUntil.Add(end);
                }
            }
            busyUntil.AddRange(there.Distinct().Where(name => !named.ContainsKey(name)).Select(_ => Now));
            if (busyUntil.Count == 0) busyUntil.Add(Now);
            Runners = busyUntil.Count;
            var waiting = new Queue<TaskView>(inOrder);
            for (var second = Now; waiting.Count > 0; second = second.AddSeconds(1))
            {
                for (var free = busyUntil.FindIndex(until => until <= second); free >= 0 && waiting.Count > 0; free = busyUntil.FindIndex(until => until <= second))
                {
                    busyUntil[free] = second + Service(waiting.Dequeue());
                    Expected.Add(new ExpectedTime(second, busyUntil[free]));
                }
            }
            var last = busyUntil.Max();
            End = last > Now ? last : Now;
        }

        public List<ExpectedTime> Expected { get; } = [];

        public int Runners { get; }

        public DateTimeOffset End { get; }
    }
}
