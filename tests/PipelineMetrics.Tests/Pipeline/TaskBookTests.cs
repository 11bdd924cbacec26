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
