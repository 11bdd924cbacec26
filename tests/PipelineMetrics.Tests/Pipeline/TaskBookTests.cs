using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class TaskBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TaskBook _book = new();
    private long _place;

    [Fact]
    public void Pages_stay_put_while_tasks_are_added()
    {
        for (var i = 0; i < 10; i++) Event("task:created", $"t{i}");
        var first = _book.List(_ => true, 4);
        Event("task:created", "new");
        var second = _book.List(_ => true, 4, first.Next);
        var third = _book.List(_ => true, 4, second.Next);
        first.Tasks.Concat(second.Tasks).Concat(third.Tasks).Select(t => t.Key.TaskId).ShouldBe(Enumerable.Range(0, 10).Reverse().Select(i => $"t{i}"));
        (first.Total, third.Next).ShouldBe((10, null));
    }

    [Fact]
    public void Facts_in_any_order_are_taken_at_their_word_and_lose_no_task()
    {
        string[] types = ["task:created", "task:started", "task:needs_decision", "task:cancelled", "task:rework", "task:released", "task:claimed", "task:approved"];
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            for (var i = 0; i < 20; i++)
            {
                if (random.Next(4) == 0) Completed($"t{seed}", Start.AddMinutes(random.Next(-100, 100)));
                else Event(types[random.Next(types.Length)], $"t{seed}", Start.AddMinutes(random.Next(-100, 100)), attempt: random.Next(3) == 0 ? random.Next(1, 1_000_001) : null);
            }
            var task = _book.Find(new TaskKey(null, $"t{seed}"));
            task.ShouldNotBeNull();
            (task.RunningMs(Start) ?? 0).ShouldBeGreaterThanOrEqualTo(0);
        }
        _book.Count.ShouldBe(300);
    }

    [Fact]
    public void A_task_known_only_by_its_completions_is_no_object()
    {
        Completed("t", Start);
        _book.Count.ShouldBe(0);
    }

    [Fact]
    public void Counts_name_every_state()
    {
        Event("task:created", "a");
        Event("task:started", "a");
        Event("task:created", "b");
        _book.CountByState().Values.ShouldBe([1, 1, 0, 0, 0, 0]);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 120)]
    [InlineData(4, 480)]
    public void A_failed_task_is_tried_again_after_a_wait_that_doubles(int failures, int seconds)
    {
        FailTimes(failures);
        var advice = new RetryOptions().AdviceFor(_book.Find(new TaskKey(null, "t"))!)!;
        advice.NextRetryAt.ShouldBe(Start.AddMinutes(failures).AddSeconds(seconds));
        advice.Exhausted.ShouldBeFalse();
    }

    [Fact]
    public void The_last_attempt_has_no_next_and_a_wait_has_a_longest()
    {
        FailTimes(5);
        var task = _book.Find(new TaskKey(null, "t"))!;
        new RetryOptions().AdviceFor(task).ShouldBe(new RetryAdvice(null, Exhausted: true));
        new RetryOptions { MaxAttempts = 9, MaxBackoff = TimeSpan.FromSeconds(70) }.AdviceFor(task)!.NextRetryAt.ShouldBe(Start.AddMinutes(5).AddSeconds(70));
        Event("task:started", "t");
        new RetryOptions().AdviceFor(_book.Find(new TaskKey(null, "t"))!).ShouldBeNull();
    }

    [Theory]
    [InlineData("impl", 2, true), InlineData("IMPL", 2, true), InlineData("impl", 1, false), InlineData("spec", 4, false), InlineData("spec", 5, true)]
    [InlineData("unknown", 3, true)]
    public void A_task_type_may_have_fewer_attempts_than_others(string type, int failures, bool exhausted)
    {
        FailTimes(failures);
        var retry = new RetryOptions
        {
            ByTaskType = new Dictionary<string, TypeRetryOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["impl"] = new() { MaxAttempts = 2 },
                ["unknown"] = new() { MaxAttempts = 3 },
            },
        };
        var task = _book.Find(new TaskKey(null, "t"))!;
        retry.AdviceFor(task with { TaskType = type == "unknown" ? null : type })!.Exhausted.ShouldBe(exhausted);
    }

    [Fact]
    public void What_a_task_type_does_not_say_is_as_for_every_task()
    {
        FailTimes(3);
        var task = _book.Find(new TaskKey(null, "t"))! with { TaskType = "impl" };
        DateTimeOffset? Next(TypeRetryOptions own) => new RetryOptions
        {
            ByTaskType = new Dictionary<string, TypeRetryOptions> { ["impl"] = own },
        }.AdviceFor(task)!.NextRetryAt;
        var failed = Start.AddMinutes(3);
        Next(new TypeRetryOptions()).ShouldBe(failed.AddSeconds(240));
        Next(new TypeRetryOptions { InitialBackoff = TimeSpan.FromSeconds(10) }).ShouldBe(failed.AddSeconds(40));
        Next(new TypeRetryOptions { BackoffMultiplier = 1 }).ShouldBe(failed.AddSeconds(60));
        Next(new TypeRetryOptions { MaxBackoff = TimeSpan.FromSeconds(100) }).ShouldBe(failed.AddSeconds(100));
    }

    [Fact]
    public void A_wait_begins_with_the_registration_and_again_when_an_attempt_is_given_back()
    {
        Event("task:created", "t", Start);
        Event("task:claimed", "t", Start.AddMinutes(1));
        Event("task:released", "t", Start.AddMinutes(2));
        Task("t").WaitAt(Start.AddMinutes(3)).ShouldBe(TimeSpan.FromMinutes(3), "a claim is no start");
        Event("task:started", "t", Start.AddMinutes(4));
        Event("task:released", "t", Start.AddMinutes(9));
        Task("t").WaitAt(Start.AddMinutes(10)).ShouldBe(TimeSpan.FromMinutes(1));
        Task("t").WaitAt(Start).ShouldBe(TimeSpan.Zero, "a clock that was set back");
    }

    [Fact]
    public void A_fact_about_a_task_costs_the_same_however_much_happened_to_it_before()
    {
        Event("task:created", "t");
        var first = BytesFor(2000);
        for (var i = 0; i < 20_000; i++) Event("task:approved", "t");
        // What doubles now and then is small beside 2,000 views.
        BytesFor(2000).ShouldBeLessThan(first * 2);
        Task("t").History.ShouldBe(Enumerable.Range(1, 24_001).Select(place => (long)place));
    }

    [Fact]
    public void One_id_in_many_chains_is_found_in_all_of_them()
    {
        for (var chain = 0; chain < 3; chain++)
        {
            var draft = new EventDraft { EventType = "task:created", EntityId = "001-setup", ChainId = $"c{chain}", Timestamp = Start };
            PipelineEvent.TryCreate(draft, ReadingRules.Stored, out var fact, out _).ShouldBeTrue();
            _book.Apply(fact, chain);
        }
        _book.FindByTaskId("001-setup").Select(t => t.Key.ChainId).ShouldBe(["c0", "c1", "c2"]);
        _book.FindByTaskId("002").ShouldBeEmpty();
    }

    private TaskView Task(string id) => _book.Find(new TaskKey(null, id))!;

    private long BytesFor(int events)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < events; i++) Event("task:approved", "t");
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void FailTimes(int failures)
    {
        Event("task:created", "t");
        for (var i = 1; i <= failures; i++)
        {
            Event("task:started", "t");
            Completed("t", Start.AddMinutes(i), failed: true);
        }
    }

    private void Event(string type, string id, DateTimeOffset? at = null, long? attempt = null)
    {
        var draft = new EventDraft { EventType = type, EntityId = id, Timestamp = at ?? Start, Attempt = attempt };
        PipelineEvent.TryCreate(draft, ReadingRules.Stored, out var fact, out var rejection).ShouldBeTrue(rejection?.Reason);
        _book.Apply(fact, ++_place);
    }

    private void Completed(string id, DateTimeOffset at, bool failed = false)
    {
        var draft = new CompletionDraft { TaskId = id, CreatedAt = at, Status = failed ? CompletionStatus.Failed : CompletionStatus.Completed };
        Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        _book.Apply(completion, ++_place);
    }
}
