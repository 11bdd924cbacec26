using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>What others do to the active files while the journal runs.</summary>
public sealed class TamperingTests
{
    private readonly LogBench _bench = new();

    public static TheoryData<string> Acts => new("delete", "truncate", "replace", "move");

    [Theory]
    [MemberData(nameof(Acts))]
    public void A_commit_into_a_file_that_is_no_longer_ours_is_refused_and_stops_the_log(string act)
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        Do(act);

        var outcome = journal.Commit([LogBench.Completion("2")]);

        outcome.Committed.ShouldBe(0);
        outcome.Failure!.Fault.ShouldBe(DiskFault.Changed);
        journal.Status.Stopped.ShouldNotBeNull().ShouldContain("metrics.jsonl");
        Should.Throw<LogStoppedException>(() => journal.Commit([LogBench.Completion("3")])).Reason.ShouldBe(journal.Status.Stopped);
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void An_idle_log_notices_at_the_next_tick(string act)
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        Do(act);

        journal.Tick(_bench.Take);

        journal.Status.Stopped.ShouldNotBeNull();
    }

    [Fact]
    public void A_file_taken_away_between_write_and_check_is_not_acknowledged()
    {
        using var journal = _bench.Open();
        _bench.Disk.Fault = (_, operation) =>
        {
            if (operation == "write")
                _bench.Disk.Remove(LogBench.PathOf("metrics.jsonl"));
            return null;
        };

        journal.Commit([LogBench.Completion("1")]).Committed.ShouldBe(0);

        journal.Status.Stopped.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void A_file_cut_between_look_and_write_is_not_acknowledged(int left)
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        _bench.Disk.Fault = (_, operation) =>
        {
            if (operation == "write")
                _bench.Disk.Tamper(LogBench.PathOf("metrics.jsonl"), content => content[..left]);
            return null;
        };

        journal.Commit([LogBench.Completion("2")]).Committed.ShouldBe(0);

        journal.Status.Stopped.ShouldNotBeNull().ShouldContain("was cut");
    }

    [Fact]
    public void A_file_that_others_cut_and_filled_again_is_no_longer_ours()
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        _bench.Disk.Tamper(LogBench.PathOf("metrics.jsonl"), content => [.. Enumerable.Repeat((byte)' ', content.Length * 2)]);

        journal.Tick(_bench.Take);

        journal.Status.Stopped.ShouldNotBeNull().ShouldContain("was cut");
        _bench.Lines.Count.ShouldBe(0);
    }

    [Fact]
    public void A_second_journal_on_the_same_directory_is_refused()
    {
        using var journal = _bench.Open();

        Should.Throw<LogInUseException>(() => _bench.Open());
    }

    [Fact]
    public void A_file_system_that_cannot_lock_is_refused_with_the_reason_and_nothing_is_touched()
    {
        _bench.Disk.LookFault = (operation, _) => operation == "lock" ? new DiskException(DiskFault.Other, "", "", "Operation not supported") : null;

        var refusal = Should.Throw<DiskException>(() => _bench.Open());

        refusal.Message.ShouldContain("lock " + LogBench.PathOf("journal.lock"));
        refusal.Message.ShouldContain("Operation not supported");
        _bench.Disk.Calls.ShouldBe(0);
    }

    private void Do(string act)
    {
        var path = LogBench.PathOf("metrics.jsonl");
        switch (act)
        {
            case "delete":
                _bench.Disk.Remove(path);
                break;
            case "truncate":
                _bench.Disk.Tamper(path, content => content[..^1]);
                break;
            case "replace":
                _bench.Disk.Put(path, _bench.Disk.Read(path));
                break;
            default:
                _bench.Disk.Rename(path, path + ".1");
                break;
        }
    }
}
