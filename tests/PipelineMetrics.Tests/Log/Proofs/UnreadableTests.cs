using System.Text;
using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Files the disk will not read at a start, and will read again later.</summary>
public sealed class UnreadableTests(ITestOutputHelper output)
{
    private readonly LogBench _bench = CrashWorkload.NewBench(new SimDisk());

    [Fact]
    public void A_segment_that_is_in_no_listing_yet_and_cannot_be_read_never_has_its_numbers_given_twice()
    {
        var ledger = new Ledger();
        var journal = _bench.Open();
        _bench.Disk.Fault = (_, operation) => operation == "create" && IsSealed ? Full : null;
        for (var i = 0; i < 11; i++)
            ledger.Commit(journal, LogBench.Completion($"{i}{new string('x', 6000)}"));
        _bench.Disk.Crash();
        _bench.Text("journal.json").ShouldNotContain("metrics-");
        _bench.Disk.Read(LogBench.PathOf("metrics.jsonl")).ShouldBeEmpty();

        _bench.Disk.LookFault = (operation, path) => operation == "read" && path.Contains("metrics-0", StringComparison.Ordinal) ? Unreadable : null;
        try
        {
            using var blind = _bench.Open();
            ledger.Commit(blind, LogBench.Completion("written blindly"));
        }
        catch (DiskException)
        {
            // A start that is refused loses nothing either.
        }

        using var seeing = _bench.Reopen();
        ledger.Judge(_bench, seeing.Status.Damage).ShouldBe("");
    }

    [Fact]
    public void A_listed_segment_that_cannot_be_read_is_reported_and_served_again_when_it_can()
    {
        var ledger = new Ledger();
        using (var journal = _bench.Open())
        {
            for (var i = 0; i < 14; i++)
                ledger.Commit(journal, LogBench.Completion($"{i}{new string('x', 6000)}"));
        }

        _bench.Disk.LookFault = (operation, path) => operation == "open" && path.Contains("metrics-0", StringComparison.Ordinal) ? Unreadable : null;
        using (var blind = _bench.Open())
        {
            var damage = blind.Status.Damage.ShouldHaveSingleItem();
            (damage.Kind, damage.FirstSeq, damage.LastSeq).ShouldBe((DamageKind.UnreadableSegment, 1, 11));
            ledger.Commit(blind, LogBench.Completion("written blindly")).Failure.ShouldBeNull();
        }

        using var seeing = _bench.Reopen();
        ledger.Judge(_bench, seeing.Status.Damage).ShouldBe("");
        seeing.Status.Damage.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_sealed_and_has_no_successor_yet_is_counted_once()
    {
        using var journal = _bench.Open();
        _bench.Disk.LookFault = (operation, path) => operation == "open" && path.EndsWith("metrics.jsonl", StringComparison.Ordinal) ? Unreadable : null;
        for (var i = 0; i < 11; i++)
            journal.Commit([LogBench.Completion($"{i}{new string('x', 6000)}")]).Failure.ShouldBeNull();

        (journal.Status.Completions.Lines, journal.Status.Completions.Segments).ShouldBe((11, 1));
        _bench.Disk.LookFault = null;
        journal.Commit([LogBench.Completion("12")]).Failure.ShouldBeNull();
        (journal.Status.Completions.Lines, journal.Status.Completions.Segments).ShouldBe((12, 2));
    }

    [Fact]
    public void A_crash_anywhere_while_a_file_with_an_unreadable_block_is_rewritten_loses_no_byte()
    {
        var cases = 0;
        for (var (call, died) = (1, true); died; call++)
        {
            for (var seed = -1; seed < ProofSize.Cases(20, 2000); seed++, cases++)
                died = Rewrite(call, seed < 0 ? null : new Random(seed * 65_537 + call), $"call {call}, seed {seed}");
        }

        output.WriteLine($"{cases} crashes");
    }

    private static bool Rewrite(int dyingCall, Random? random, string name)
    {
        var bench = CrashWorkload.NewBench(new SimDisk());
        var ledger = new Ledger();
        using (var journal = bench.Open())
        {
            for (var i = 0; i < 5; i++)
                ledger.Commit(journal, LogBench.Event($"{i}"), LogBench.Completion($"{i}{new string('x', 6000)}"));
        }

        bench.Disk.Put(LogBench.PathOf("sync-failed"), []);
        var reads = 0;
        bench.Disk.LookFault = (operation, path) =>
            operation == "read" && path.EndsWith("metrics.jsonl", StringComparison.Ordinal) && ++reads == 1 ? Unreadable : null;
        bench.Disk.DiesAtCall = bench.Disk.Calls + dyingCall;
        var died = Dies(bench);
        bench.Disk.Crash(random);
        using var again = bench.Open();

        var everything = string.Concat(bench.Disk.Names.Select(file => Encoding.UTF8.GetString(bench.Disk.Read(file))));
        ledger.Acknowledged.ShouldAllBe(body => everything.Contains(body.TrimEnd('}'), StringComparison.Ordinal), name);
        var lost = ledger.Acknowledged.Except(bench.Bodies).Count();
        lost.ShouldBeLessThanOrEqualTo(again.Status.Damage.Count > 0 ? 1 : 0, name);
        return died;
    }

    private static bool Dies(LogBench bench)
    {
        try
        {
            bench.Open().Dispose();
            return false;
        }
        catch (DiskException)
        {
            return false;
        }
        catch (SimDisk.PowerLoss)
        {
            return true;
        }
    }

    private bool IsSealed => _bench.Disk.Names.Any(name => name.Contains("metrics-0", StringComparison.Ordinal));

    private static DiskException Full => new(DiskFault.Full, "", "", "no space");

    private static DiskException Unreadable => new(DiskFault.Other, "", "", "I/O error");
}
