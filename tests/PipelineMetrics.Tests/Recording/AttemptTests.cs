using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

public sealed class AttemptTests : IDisposable
{
    private static readonly TaskKey A = new(null, "a");
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private TaskView Task => _bench.Recorder.Tasks.Find(A)!;

    [Fact]
    public async Task A_polling_runner_that_ends_a_task_222_times_records_one_completion()
    {
        await Registered();
        for (var i = 0; i < 222; i++) (await _bench.Patch("a", TaskState.Completed)).IsKept.ShouldBeTrue();
        _bench.Lines().Length.ShouldBe(1);
        _bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_end_of_an_attempt_is_a_line_in_the_metrics()
    {
        await Registered();
        await _bench.Patch("a", TaskState.Running, "r");
        await _bench.Patch("a", TaskState.NeedsDecision);
        await _bench.Patch("a", TaskState.Running);
        await _bench.Patch("a", TaskState.Pending);
        await _bench.Patch("a", TaskState.Cancelled);
        _bench.Lines().ShouldBeEmpty();
        _bench.Lines("events.jsonl").Length.ShouldBe(6);
    }

    [Fact]
    public async Task The_duration_is_the_time_it_ran_without_the_wait_for_a_decision()
    {
        await Registered();
        await After(10, TaskState.Running);
        await After(3, TaskState.NeedsDecision);
        await After(100, TaskState.Running);
        await After(4, TaskState.Completed);
        _bench.Figures.P50!.Value.Ms.ShouldBe(7000);
        Task.RetryCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_task_that_never_ran_counts_in_rates_and_not_in_percentiles()
    {
        await Registered();
        await _bench.Patch("a", TaskState.Failed);
        (_bench.Figures.Failed, _bench.Figures.Duration.Count).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_runner_that_posts_and_patches_ends_one_attempt_whichever_comes_first(bool postFirst)
    {
        await Registered();
        await _bench.Patch("a", TaskState.Running, "r");
        Func<Task<Receipt>>[] ways = [() => _bench.Post(Body("a", ""","turns":3""")), () => _bench.Patch("a", TaskState.Completed)];
        if (!postFirst) Array.Reverse(ways);
        (await ways[0]()).Verdict.ShouldBe(Verdict.Stored);
        (await ways[1]()).Verdict.ShouldBe(Verdict.Duplicate);
        (await ways[1]()).Verdict.ShouldBe(Verdict.Duplicate);
        _bench.Figures.Total.ShouldBe(1);
        // What the post knows beyond the patch becomes a revision; the other way round there is nothing to add.
        _bench.Lines().Length.ShouldBe(postFirst ? 1 : 2);
        _bench.Lines()[^1].ShouldContain("\"turns\":3");
    }

    [Fact]
    public async Task Both_ways_at_once_end_one_attempt()
    {
        await Registered();
        var receipts = await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? _bench.Post(Body("a")) : _bench.Patch("a", TaskState.Completed)));
        receipts.Count(r => r.Verdict == Verdict.Stored).ShouldBe(1);
        receipts.ShouldAllBe(r => r.IsKept);
        _bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_task_that_runs_again_is_the_next_attempt()
    {
        await Registered();
        await _bench.Patch("a", TaskState.Running, "r");
        await _bench.Patch("a", TaskState.Failed, report: """{"error":"no"}""");
        (await _bench.Patch("a", TaskState.Completed)).Code.ShouldBe("attempt_closed");
        await _bench.Patch("a", TaskState.Running, "other");
        await _bench.Patch("a", TaskState.Completed);
        (_bench.Figures.Completed, _bench.Figures.Failed, _bench.Figures.Detail!.Retries.Total, _bench.Figures.Detail!.FirstPass).ShouldBe((1, 1, 1, 0));
        (Task.Attempt, Task.RetryCount, Task.Runner).ShouldBe((2, 1, "other"));
    }

    [Fact]
    public async Task Reports_of_a_failed_and_then_a_completed_attempt_are_two()
    {
        await Registered();
        await _bench.Post("""{"task_id":"a","duration_seconds":1,"status":"failed"}""");
        (await _bench.Post("""{"task_id":"a","duration_seconds":1,"status":"failed"}""")).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Post("""{"task_id":"a","duration_seconds":1,"status":"failed","retry_count":1}""")).Verdict.ShouldBe(Verdict.Stored);
        (await _bench.Post(Body("a"))).Verdict.ShouldBe(Verdict.Stored);
        _bench.Figures.Detail!.Retries.Total.ShouldBe(3);
        (await _bench.Post("""{"task_id":"a","duration_seconds":1,"status":"failed"}""")).Code.ShouldBe("task_finished");
    }

    [Theory]
    [InlineData(TaskState.Pending)]
    [InlineData(TaskState.Running)]
    [InlineData(TaskState.NeedsDecision)]
    [InlineData(TaskState.Failed)]
    [InlineData(TaskState.Cancelled)]
    public async Task Nothing_happens_to_a_completed_task(TaskState wanted)
    {
        await Registered();
        await _bench.Patch("a", TaskState.Completed);
        (await _bench.Patch("a", wanted)).Code.ShouldBe("task_finished");
    }

    [Fact]
    public async Task A_claimed_task_belongs_to_its_runner()
    {
        await Registered();
        await _bench.Patch("a", null, "r1");
        (await _bench.Patch("a", TaskState.Running, "r2")).Code.ShouldBe("task_claimed");
        (await _bench.Patch("a", TaskState.Running, "r1")).Verdict.ShouldBe(Verdict.Stored);
        (await _bench.Patch("a", TaskState.Completed, "r2")).Code.ShouldBe("task_claimed");
        (await _bench.Patch("a", TaskState.Pending, "r1")).Verdict.ShouldBe(Verdict.Stored);
        Task.Runner.ShouldBeNull();
    }

    [Fact]
    public async Task A_task_registered_before_a_restart_keeps_what_it_was_told()
    {
        await _bench.Register("""{"task_id":"a","direction":"d","task_type":"spec","model":"m","priority":2.5,"estimated_input_tokens":7,"context":{"k":1.0}}""");
        await _bench.Patch("a", TaskState.Running, "r");
        var before = Task;
        _bench.Restart();
        Task.ShouldBeEquivalentTo(before);
        await _bench.Patch("a", TaskState.Completed);
        var line = _bench.Lines().Single();
        foreach (var part in new[] { "\"task_type\":\"spec\"", "\"model\":\"m\"", "\"runner\":\"r\"", "\"estimated_input_tokens\":7" }) line.ShouldContain(part);
    }

    [Fact]
    public async Task The_same_registration_again_is_a_duplicate_and_another_a_conflict()
    {
        await Registered();
        (await _bench.Register("""{"task_id":"a","direction":"d"}""")).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Register("""{"task_id":"a","direction":"another"}""")).Code.ShouldBe("task_exists");
        (await _bench.Register("""{"task_id":"a","chain_id":"c","direction":"another"}""")).Verdict.ShouldBe(Verdict.Stored);
        _bench.Recorder.Tasks.FindByTaskId("a").Count.ShouldBe(2);
    }

    private Task<Receipt> Registered() => _bench.Register("""{"task_id":"a","direction":"d"}""");

    private Task<Receipt> After(int seconds, TaskState state)
    {
        _bench.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return _bench.Patch("a", state);
    }
}
