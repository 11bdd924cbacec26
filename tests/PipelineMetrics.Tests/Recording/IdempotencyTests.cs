using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

public sealed class IdempotencyTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_same_completion_again_is_a_duplicate_before_and_after_a_restart()
    {
        (await _bench.Post(Body("t", ""","id":"x","model":"m" """))).Verdict.ShouldBe(Verdict.Stored);
        (await _bench.Post(Body("t", ""","id":"x" """))).Verdict.ShouldBe(Verdict.Duplicate);
        _bench.Restart();
        var again = await _bench.Post(Body("t", ""","id":"x","model":"m" """));
        again.Verdict.ShouldBe(Verdict.Duplicate);
        again.Id.ShouldBe("x");
        _bench.Lines().Length.ShouldBe(1);
        _bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task Another_completion_under_a_known_id_is_a_conflict_that_names_the_field()
    {
        await _bench.Post(Body("t", ""","id":"x","model":"m" """));
        var conflict = await _bench.Post(Body("t", ""","id":"x","model":"other" """));
        conflict.Verdict.ShouldBe(Verdict.Conflict);
        conflict.Code.ShouldBe("id_conflict");
        conflict.Reason!.ShouldContain("'model'");
        _bench.Lines().Single().ShouldContain("\"model\":\"m\"");
    }

    [Fact]
    public async Task Fifty_at_once_store_one()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _bench.Post(Body("t", ""","id":"x" """))));
        receipts.Count(r => r.Verdict == Verdict.Stored).ShouldBe(1);
        receipts.Count(r => r.Verdict == Verdict.Duplicate).ShouldBe(49);
        _bench.Lines().Length.ShouldBe(1);
    }

    [Fact]
    public async Task Two_of_one_id_in_one_batch_are_stored_once_and_a_contradiction_is_told()
    {
        var receipts = await _bench.PostAll(Body("t", ""","id":"x" """), Body("t", ""","id":"x" """), Body("u", ""","id":"x" """), Body("v"));
        receipts.Select(r => r.Verdict).ShouldBe([Verdict.Stored, Verdict.Duplicate, Verdict.Conflict, Verdict.Stored]);
        receipts.Select(r => r.Seq).ShouldBe([1, 0, 0, 2]);
    }

    [Fact]
    public async Task An_id_that_we_gave_is_known_too()
    {
        var given = await _bench.Post(Body("t"));
        (await _bench.Post(Body("t", $""","id":"{given.Id}" """))).Verdict.ShouldBe(Verdict.Duplicate);
        _bench.Restart();
        (await _bench.Post(Body("u", $""","id":"{given.Id}" """))).Verdict.ShouldBe(Verdict.Conflict);
        _bench.Recorder.FindCompletion(given.Id!).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_id_of_an_event_is_taken()
    {
        await _bench.Register("""{"task_id":"a","direction":"d","id":"x"}""");
        (await _bench.Post(Body("t", ""","id":"x" """))).Code.ShouldBe("id_conflict");
        (await _bench.Register("""{"task_id":"b","direction":"d","id":"x"}""")).Code.ShouldBe("id_conflict");
    }

    [Fact]
    public async Task Without_an_id_every_report_about_an_unregistered_task_is_an_attempt()
    {
        await _bench.Post(Body("t"));
        await _bench.Post(Body("t"));
        _bench.Figures.Total.ShouldBe(2);
        _bench.Recorder.Tasks.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_breaks_a_rule_in_a_batch_leaves_the_others_and_their_order()
    {
        var receipts = await _bench.PostAll(Body("a"), """{"task_id":"b"}""", Body("c"));
        receipts.Select(r => r.Verdict).ShouldBe([Verdict.Stored, Verdict.Rejected, Verdict.Stored]);
        receipts[1].Rejection!.Problems.Select(p => p.Field).ShouldBe(["status", "duration_seconds"]);
        receipts.Select(r => r.Seq).ShouldBe([1, 0, 2]);
    }
}
