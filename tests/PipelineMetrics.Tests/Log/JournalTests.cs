using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class JournalTests
{
    private readonly LogBench _bench = new();

    [Fact]
    public void What_is_committed_comes_back_in_the_order_of_its_numbers()
    {
        using (var journal = _bench.Open())
        {
            journal.Commit([LogBench.Event("1"), LogBench.Completion("2"), LogBench.Completion("3")]).Committed.ShouldBe(3);
            journal.Commit([LogBench.Completion("4")]).Failure.ShouldBeNull();
            journal.Commit([LogBench.Event("5"), LogBench.Completion("6")]);
            journal.NextSeq.ShouldBe(7);
        }

        using var again = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe([1, 2, 3, 4, 5, 6]);
        _bench.Bodies.ShouldBe(["{\"e\":\"1\"}", "{\"c\":\"2\"}", "{\"c\":\"3\"}", "{\"c\":\"4\"}", "{\"e\":\"5\"}", "{\"c\":\"6\"}"]);
        again.NextSeq.ShouldBe(7);
        again.Status.Damage.ShouldBeEmpty();
    }

    [Fact]
    public void A_completion_before_an_event_is_refused_and_nothing_is_written()
    {
        using var journal = _bench.Open();

        Should.Throw<ArgumentException>(() => journal.Commit([LogBench.Completion("1"), LogBench.Event("2")]));

        _bench.Text("metrics.jsonl").ShouldBe("");
        journal.NextSeq.ShouldBe(1);
    }

    [Fact]
    public void A_line_over_the_limit_is_refused()
    {
        using var journal = _bench.Open();

        Should.Throw<ArgumentException>(() => journal.Commit([LogBench.Completion(new string('x', LogOptions.MaxLineBytes))]));
    }

    [Fact]
    public void With_a_sync_interval_only_the_commit_after_it_is_durable()
    {
        _bench.Options.SyncInterval = TimeSpan.FromSeconds(1);
        using var journal = _bench.Open();
        journal.Commit([LogBench.Event("1"), LogBench.Completion("2")]);
        journal.Status.Completions.DurablePosition.ShouldBe(0);
        journal.Status.Completions.WrittenPosition.ShouldBeGreaterThan(0);

        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        journal.Tick(_bench.Take);

        var status = journal.Status;
        status.Completions.DurablePosition.ShouldBe(status.Completions.WrittenPosition);
        status.Events.DurablePosition.ShouldBe(status.Events.WrittenPosition);
        using var again = _bench.Reopen();
        _bench.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public void A_clean_stop_syncs_what_an_interval_left()
    {
        _bench.Options.SyncInterval = TimeSpan.FromSeconds(1);
        using (var journal = _bench.Open())
            journal.Commit([LogBench.Completion("1")]);

        using var again = _bench.Reopen();

        _bench.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void A_commit_before_replay_is_a_mistake_of_the_caller()
    {
        using var journal = Journal.Open(
            _bench.Disk, _bench.Options, _bench.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Should.Throw<InvalidOperationException>(() => journal.Commit([LogBench.Completion("1")]));
    }

    [Fact]
    public void An_option_out_of_range_is_named()
    {
        _bench.Options.SegmentBytes = 1;

        Should.Throw<ArgumentException>(() => _bench.Open()).Message.ShouldContain("log.segment_bytes");
    }
}
