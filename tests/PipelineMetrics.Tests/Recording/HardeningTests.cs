using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Analysis;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Recording;

/// <summary>Bad luck that must neither end the commit thread nor change what was promised.</summary>
public sealed class HardeningTests : IDisposable
{
    private const string Time = "2026-01-01T00:00:00Z";
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_foreign_correction_of_a_correction_of_nothing_is_left_out_and_the_service_starts()
    {
        await _bench.Post(RecorderBench.Body("t"));
        _bench.AppendForeign("metrics.jsonl", Foreign("a", "\"revises\":\"nobody\",\"revision\":1") + Foreign("b", "\"revises\":\"a\",\"revision\":1"));

        (await _bench.Post(RecorderBench.Body("u"))).Verdict.ShouldBe(Verdict.Stored);
        _bench.Restart();

        _bench.Recorder.Stopped.ShouldBeNull();
        _bench.Figures.Total.ShouldBe(2);
        _bench.Recorder.LeftOut.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_correction_of_a_correction_corrects_the_first_line()
    {
        await _bench.Post(RecorderBench.Body("t", ",\"id\":\"one\""));
        await _bench.Post("""{"id":"two","revises":"one","actual_cost_usd_micros":1}""");

        (await _bench.Post("""{"id":"three","revises":"two","actual_cost_usd_micros":7}""")).Verdict.ShouldBe(Verdict.Stored);

        _bench.Figures.Detail!.Cost.Total.ShouldBe(7);
        _bench.Restart();
        _bench.Figures.Detail!.Cost.Total.ShouldBe(7);
    }

    [Fact]
    public async Task A_correction_is_not_a_repeat_of_one_with_another_number_or_target()
    {
        await _bench.PostAll(RecorderBench.Body("t", ",\"id\":\"one\""), RecorderBench.Body("t", ",\"id\":\"other\""));
        await _bench.Post("""{"id":"r","revises":"one","revision":2,"actual_cost_usd_micros":1}""");

        (await _bench.Post("""{"id":"r","revises":"other","actual_cost_usd_micros":1}""")).Verdict.ShouldBe(Verdict.Conflict);
        (await _bench.Post("""{"id":"r","revises":"one","revision":3,"actual_cost_usd_micros":1}""")).Verdict.ShouldBe(Verdict.Conflict);
        (await _bench.Post("""{"id":"r","revises":"one","revision":2,"actual_cost_usd_micros":1}""")).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public async Task A_late_report_sent_again_under_its_id_is_a_duplicate()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        await _bench.Patch("t", TaskState.Running);
        await _bench.Patch("t", TaskState.Completed);
        var late = RecorderBench.Body("t", ",\"id\":\"late\",\"actual_input_tokens\":5");

        (await _bench.Post(late)).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Post(late)).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Theory]
    [InlineData("""{"actual_cost_usd_micros":5,"cost_source":"estimated"}""")]
    [InlineData("""{"task_type":"unknown"}""")]
    public async Task A_repeat_that_says_nothing_new_writes_nothing(string report)
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        for (var i = 0; i < 5; i++) (await _bench.Patch("t", TaskState.Completed, report: report)).IsKept.ShouldBeTrue();

        _bench.Lines().Length.ShouldBe(1);
    }

    [Fact]
    public async Task Tokens_that_come_later_are_priced()
    {
        await _bench.Register("""{"task_id":"t","direction":"d","model":"claude-sonnet-4-5"}""");
        await _bench.Patch("t", TaskState.Completed);

        await _bench.Post(RecorderBench.Body("t", ",\"actual_input_tokens\":1000000,\"actual_output_tokens\":0"));

        _bench.Figures.Detail!.Cost.Total.ShouldBe(3_000_000);
        _bench.Figures.Detail!.EstimatedCosts.ShouldBe(1);
    }

    [Fact]
    public async Task A_task_that_ran_for_more_than_thirty_days_can_be_completed()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        await _bench.Patch("t", TaskState.Running);
        _bench.Clock.Advance(TimeSpan.FromDays(31));

        (await _bench.Patch("t", TaskState.Completed)).Verdict.ShouldBe(Verdict.Stored);
    }

    [Fact]
    public async Task A_foreign_completion_without_id_closes_an_attempt_whose_repeat_is_a_duplicate()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        _bench.AppendForeign("metrics.jsonl", Foreign(null, "\"error\":\"none\""));

        (await _bench.Patch("t", TaskState.Completed, report: """{"actual_input_tokens":5}""")).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public async Task A_cancelled_attempt_reported_twice_is_one()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        await _bench.Patch("t", TaskState.Failed, report: """{"outcome":"cancelled"}""");

        (await _bench.Patch("t", TaskState.Failed, report: """{"outcome":"cancelled"}""")).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Post("""{"task_id":"t","duration_seconds":1,"status":"failed","outcome":"cancelled"}""")).Verdict.ShouldBe(Verdict.Duplicate);
    }

    [Fact]
    public async Task A_claim_of_a_finished_task_by_somebody_else_is_a_conflict()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        await _bench.Patch("t", TaskState.Completed, "one");

        (await _bench.Patch("t", null, "two")).Verdict.ShouldBe(Verdict.Conflict);
    }

    [Fact]
    public async Task A_running_task_without_a_runner_can_be_claimed()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        await _bench.Patch("t", TaskState.Running);

        (await _bench.Patch("t", null, "one")).Task!.Runner.ShouldBe("one");
    }

    [Fact]
    public async Task What_a_write_left_that_could_not_be_cut_is_not_called_gone()
    {
        await _bench.Post(RecorderBench.Body("t"));
        _bench.Disk.Fault = (_, operation) => operation is "write" or "truncate" ? new DiskException(DiskFault.Full, operation, "f", "full") : null;

        var receipts = await _bench.PostAll(RecorderBench.Body("u", ",\"id\":\"u\""), RecorderBench.Body("v", ",\"id\":\"v\",\"error\":\"" + new string('x', 900) + "\""));

        receipts.ShouldAllBe(r => r.Verdict == Verdict.Unavailable && r.Code == "log_stopped");
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_when_it_is_corrected_does_not_end_the_commit_thread()
    {
        await _bench.Post(RecorderBench.Body("t", ",\"id\":\"one\""));
        await _bench.Post("""{"id":"two","revises":"one","actual_cost_usd_micros":1}""");
        _bench.Disk.Tamper(LogBench.PathOf("metrics.jsonl"), Damage);

        await _bench.Post("""{"revises":"one","actual_cost_usd_micros":7}""");

        (await _bench.Post(RecorderBench.Body("u"))).Verdict.ShouldBe(Verdict.Stored);
    }

    [Fact]
    public async Task A_recorder_that_never_started_answers_what_it_took_when_it_is_disposed()
    {
        var disk = new SimDisk();
        var journal = Journal.Open(disk, new LogOptions { Directory = "/other" }, _bench.Clock, NullLogger.Instance);
        var recorder = new Recorder(journal, new RecorderOptions(), new PredictionOptions(), PriceTable.Embedded, _bench.Clock, NullLogger<Recorder>.Instance);
        var waiting = recorder.RecordAsync(new() { TaskId = "t", DurationMs = 1, Status = PipelineMetrics.Events.CompletionStatus.Completed }, 10);

        recorder.Dispose();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(5))).Verdict.ShouldBe(Verdict.Unavailable);
    }

    // The second line stays a line, but not a good one.
    private static byte[] Damage(byte[] content)
    {
        var second = Array.IndexOf(content, (byte)'\n') + 1;
        content[second + 8] ^= 1;
        return content;
    }

    private static string Foreign(string? id, string more) =>
        $$"""{"task_id":"t","task_type":"x","model":"m","duration_seconds":1,"status":"completed","created_at":"{{Time}}",{{(id is null ? "" : $"\"id\":\"{id}\",")}}{{more}}}""" + "\n";
}
