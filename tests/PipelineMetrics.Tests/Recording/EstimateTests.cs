using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

/// <summary>A task that is registered without estimates takes them from what similar tasks came to, once, and never from itself.</summary>
public sealed class EstimateTests : IDisposable
{
    private const string ThreeEstimates = "\"estimated_input_tokens\":500,\"estimated_output_tokens\":50,\"estimated_cost_usd_micros\":5000";
    private readonly RecorderBench _bench = new();
    private int _posted;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registered_task_takes_the_medians_of_its_kind_and_keeps_them(bool asEvent)
    {
        await History(10);
        await Registered("a", asEvent);
        var line = _bench.Lines("events.jsonl").Single();
        line.ShouldContain(ThreeEstimates);
        await History(10, tokens: 9000);
        (await Registered("a", asEvent)).ShouldBe(Verdict.Duplicate);
        var before = _bench.Recorder.Tasks.Find(new(null, "a"))!;
        _bench.Restart();
        _bench.Recorder.Tasks.Find(new(null, "a"))!.ShouldBeEquivalentTo(before);
        _bench.Lines("events.jsonl").Single().ShouldBe(line);
        (before.EstimatedInputTokens, before.EstimatedOutputTokens, before.EstimatedCostUsdMicros).ShouldBe((500, 50, 5000));
    }

    [Fact]
    public async Task What_a_task_comes_to_is_beside_what_was_expected_and_never_in_it()
    {
        await History(10);
        await Registered("a");
        await _bench.Patch("a", TaskState.Completed, report: """{"actual_input_tokens":2000,"actual_cost_usd_micros":4000}""");
        _bench.Lines()[^1].ShouldContain("\"actual_input_tokens\":2000,\"estimated_input_tokens\":500,\"estimated_output_tokens\":50");
        var error = _bench.Figures.Detail!;
        (error.InputTokensError.Count, error.InputTokensError.Median, error.CostError.Median).ShouldBe((1, 7500, 2500));
        error.OutputTokensError.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_completion_of_a_task_that_nobody_registered_has_no_estimates()
    {
        await History(30);
        await _bench.Post(Body("new", ""","task_type":"impl","model":"m" """));
        _bench.Lines()[^1].ShouldNotContain("estimated");
    }

    [Theory]
    [InlineData(9, "\"task_type\":\"impl\",\"model\":\"m\"", false)]
    [InlineData(10, "\"task_type\":\"impl\",\"model\":\"m\"", true)]
    [InlineData(10, "\"task_type\":\"impl\"", true)]
    [InlineData(10, "\"task_type\":\"impl\",\"model\":\"other\"", true)]
    [InlineData(10, "\"task_type\":\"other\",\"model\":\"m\"", true)]
    [InlineData(10, "\"task_type\":\"other\",\"model\":\"other\"", false)]
    [InlineData(10, "\"priority\":1", false)]
    [InlineData(10, "\"task_type\":\"impl\",\"source\":\"import\"", false)]
    [InlineData(10, "\"task_type\":\"impl\",\"source\":\"api\"", true)]
    [InlineData(10, "\"task_type\":\"impl\",\"created_at\":\"2020-01-01T00:00:00Z\"", false)]
    public async Task Estimates_need_enough_attempts_that_have_something_in_common_with_a_new_task(int attempts, string said, bool areFilled)
    {
        await History(attempts);
        (await _bench.Register($$"""{"task_id":"a","direction":"d",{{said}}}""")).Verdict.ShouldBe(Verdict.Stored);
        _bench.Lines("events.jsonl").Single().Contains(ThreeEstimates, StringComparison.Ordinal).ShouldBe(areFilled);
        if (!areFilled) _bench.Lines("events.jsonl").Single().ShouldNotContain("estimated");
    }

    [Fact]
    public async Task What_the_caller_expects_stays_and_a_number_that_too_few_say_is_left_out()
    {
        await History(9);
        await _bench.Post(Body("x", ""","task_type":"impl","model":"m","actual_input_tokens":700,"actual_cost_usd_micros":1"""));
        await _bench.Register("""{"task_id":"a","direction":"d","task_type":"impl","model":"m","estimated_input_tokens":3}""");
        _bench.Lines("events.jsonl").Single().ShouldContain("\"estimated_input_tokens\":3,\"estimated_cost_usd_micros\":5000,");
    }

    [Fact]
    public async Task The_same_event_again_is_a_duplicate_though_other_estimates_would_be_filled_in_by_now()
    {
        const string Told = """{"id":"e","event_type":"task:created","entity_id":"a","task_type":"impl","direction":"d"}""";
        await History(10);
        (await _bench.Tell(Told)).Verdict.ShouldBe(Verdict.Stored);
        await History(20, tokens: 9000);
        (await _bench.Tell(Told)).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Tell(Told[..^1] + ",\"estimated_input_tokens\":500}")).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Tell(Told[..^1] + ",\"estimated_input_tokens\":9000}")).Verdict.ShouldBe(Verdict.Conflict);
        (await _bench.Register("""{"id":"e","task_id":"a","task_type":"impl","direction":"d"}""")).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public async Task The_same_completion_of_a_registered_task_again_is_a_duplicate_though_estimates_were_added()
    {
        await History(10);
        await Registered("a");
        (await _bench.Post(Body("a", ""","id":"c" """))).Verdict.ShouldBe(Verdict.Stored);
        _bench.Lines()[^1].ShouldContain(ThreeEstimates);
        (await _bench.Post(Body("a", ""","id":"c" """))).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public async Task Other_events_are_logged_as_they_were_told()
    {
        await History(10);
        await _bench.Tell("""{"event_type":"task:submitted","entity_id":"a","task_type":"impl"}""");
        await _bench.Tell("""{"event_type":"task:created","entity_type":"chain","entity_id":"b","task_type":"impl"}""");
        _bench.Lines("events.jsonl").ShouldAllBe(line => !line.Contains("estimated"));
    }

    [Theory]
    [InlineData(0, 61)]
    [InlineData(1, 0)]
    public async Task Medians_are_taken_again_after_a_minute_or_when_there_is_one_percent_more_history(int more, int seconds)
    {
        await History(100, tokens: 100);
        await History(100, tokens: 200);
        (await EstimateOf("a")).ShouldBe(100);
        await History(2, tokens: 200);
        (await EstimateOf("b")).ShouldBe(100);
        await History(more, tokens: 200);
        _bench.Clock.Advance(TimeSpan.FromSeconds(seconds));
        (await EstimateOf("c")).ShouldBe(200);
    }

    private async Task<long?> EstimateOf(string task)
    {
        await Registered(task);
        return _bench.Recorder.Tasks.Find(new(null, task))!.EstimatedInputTokens;
    }

    private async Task<Verdict> Registered(string task, bool asEvent = false)
    {
        var receipt = asEvent
            ? await _bench.Tell($$"""{"event_type":"task:created","entity_id":"{{task}}","direction":"d","agent":{"model":"m"},"task_type":"impl"}""")
            : await _bench.Register($$"""{"task_id":"{{task}}","direction":"d","task_type":"impl","model":"m"}""");
        return receipt.Verdict;
    }

    private async Task History(int attempts, long tokens = 500)
    {
        var receipts = await _bench.PostAll([.. Enumerable.Range(0, attempts).Select(_ => Body(
            $"h{_posted++}", $",\"task_type\":\"impl\",\"model\":\"m\",\"actual_input_tokens\":{tokens},\"actual_output_tokens\":{tokens / 10},\"actual_cost_usd_micros\":{tokens * 10}"))]);
        receipts.ShouldAllBe(r => r.Verdict == Verdict.Stored);
    }
}
