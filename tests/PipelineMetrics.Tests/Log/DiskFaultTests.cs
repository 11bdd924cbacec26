using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class DiskFaultTests
{
    private readonly LogBench _bench = new();

    [Theory]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.ReadOnly)]
    [InlineData(DiskFault.Denied)]
    [InlineData(DiskFault.Other)]
    public void A_failed_write_leaves_no_partial_line_and_the_next_commit_works(DiskFault fault)
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        var before = _bench.Text("metrics.jsonl");
        FailNext("write", fault);

        var outcome = journal.Commit([LogBench.Completion("2"), LogBench.Completion("3")]);

        outcome.Committed.ShouldBe(0);
        outcome.Failure!.Fault.ShouldBe(fault);
        _bench.Text("metrics.jsonl").ShouldBe(before);
        journal.Status.LastWriteError!.Fault.ShouldBe(fault);
        journal.Status.Stopped.ShouldBeNull();
        journal.Commit([LogBench.Completion("2")]).Failure.ShouldBeNull();
        journal.Status.LastWriteError.ShouldBeNull();
        journal.NextSeq.ShouldBe(3);
    }

    [Fact]
    public void When_writing_works_again_it_is_noticed_without_anybody_writing()
    {
        using var journal = _bench.Open();
        _bench.Disk.Fault = (_, operation) => operation == "write" ? new DiskException(DiskFault.Full, "", "", "no space") : null;
        journal.Commit([LogBench.Completion("1")]).Failure.ShouldNotBeNull();
        journal.Tick(_bench.Take);
        journal.Status.LastWriteError.ShouldNotBeNull();

        _bench.Disk.Fault = null;
        journal.Tick(_bench.Take);

        journal.Status.LastWriteError.ShouldBeNull();
        _bench.Disk.Names.ShouldNotContain(name => name.Contains("probe"));
    }

    [Fact]
    public void A_write_failing_for_the_completions_keeps_the_events_of_the_commit()
    {
        using var journal = _bench.Open();
        var writes = 0;
        _bench.Disk.Fault = (_, operation) => operation == "write" && ++writes == 2 ? Because(DiskFault.Full) : null;
        var completion = LogBench.Completion("2");

        var outcome = journal.Commit([LogBench.Event("1"), completion]);

        outcome.Committed.ShouldBe(1);
        completion.Seq.ShouldBe(0);
        journal.NextSeq.ShouldBe(2);
        _bench.Text("metrics.jsonl").ShouldBe("");
    }

    [Fact]
    public void A_failed_sync_stops_the_log_and_the_next_start_rewrites_its_files()
    {
        var journal = _bench.Open();
        journal.Commit([LogBench.Event("1"), LogBench.Completion("2")]);
        FailNext("sync", DiskFault.SyncFailed);

        var outcome = journal.Commit([LogBench.Completion("3")]);

        outcome.Committed.ShouldBe(0);
        outcome.Failure!.Fault.ShouldBe(DiskFault.SyncFailed);
        journal.Status.Stopped.ShouldNotBeNull();
        Should.Throw<LogStoppedException>(() => journal.Commit([LogBench.Completion("4")]));
        journal.TryRead(new LinePlace(LogStream.Completions, 0, 0), out _).ShouldBeTrue();
        var calls = _bench.Disk.Calls;
        journal.Tick(_bench.Take);
        journal.Dispose();
        _bench.Disk.Calls.ShouldBe(calls, "nothing is written and nothing is synced in hope");
        var oldInode = _bench.Disk.Stat(LogBench.PathOf("metrics.jsonl"))!.Value.Inode;

        using var next = _bench.Open();

        _bench.Bodies.Take(2).ShouldBe(["{\"e\":\"1\"}", "{\"c\":\"2\"}"]);
        _bench.Disk.Stat(LogBench.PathOf("metrics.jsonl"))!.Value.Inode.ShouldNotBe(oldInode);
        _bench.Disk.Exists(LogBench.PathOf("sync-failed")).ShouldBeFalse();
        next.Commit([LogBench.Completion("5")]).Failure.ShouldBeNull();
    }

    [Fact]
    public void A_tail_that_cannot_be_cut_stops_the_log()
    {
        using var journal = _bench.Open();
        _bench.Disk.Fault = (_, operation) => operation is "write" or "truncate" ? Because(DiskFault.Other) : null;

        journal.Commit([LogBench.Completion("1")]).Committed.ShouldBe(0);

        journal.Status.Stopped.ShouldNotBeNull();
    }

    private void FailNext(string operation, DiskFault fault)
    {
        var failed = false;
        _bench.Disk.Fault = (_, called) =>
        {
            if (failed || called != operation)
                return null;
            failed = true;
            return Because(fault);
        };
    }

    private static DiskException Because(DiskFault fault) => new(fault, "", "", "injected");
}
