using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>The machine dies at every disk call of a workload that seals segments; the ledger judges what is there afterwards.</summary>
public sealed class CrashTests
{
    private const int Commits = 30;
    private static readonly string Padding = new('x', 6000);

    [Fact]
    public void Every_acknowledged_line_survives_a_crash_at_every_disk_call()
    {
        var calls = CallsOfWholeRun();

        for (var call = 1; call <= calls; call++)
            Verdict(call, random: null, disk => { }).ShouldBe("", $"crash at call {call}");
    }

    [Fact]
    public void Every_acknowledged_line_survives_when_unsynced_sectors_partly_survive()
    {
        var calls = CallsOfWholeRun();

        for (var seed = 0; seed < 1000; seed++)
            Verdict(1 + seed % calls, new Random(seed), disk => { }).ShouldBe("", $"seed {seed}");
    }

    [Fact]
    public void The_crash_test_finds_a_log_that_does_not_sync()
    {
        var calls = CallsOfWholeRun();

        Enumerable.Range(1, calls).Any(call => Verdict(call, null, disk => disk.IgnoresSync = true) != "").ShouldBeTrue();
    }

    [Fact]
    public void The_crash_test_finds_a_log_that_does_not_sync_its_directory()
    {
        var calls = CallsOfWholeRun();

        Enumerable.Range(1, calls).Any(call => Verdict(call, null, disk => disk.IgnoresDirectorySync = true) != "").ShouldBeTrue();
    }

    private static int CallsOfWholeRun()
    {
        var bench = NewBench();
        Work(bench, [], []);
        bench.Disk.Names.Count(name => name.Contains("metrics-", StringComparison.Ordinal)).ShouldBeGreaterThan(1);
        return bench.Disk.Calls;
    }

    private static LogBench NewBench()
    {
        var bench = new LogBench();
        bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        return bench;
    }

    /// <summary>Runs to the crash, starts again twice, and says what is wrong; empty when nothing is.</summary>
    private static string Verdict(int call, Random? random, Action<SimDisk> mutate)
    {
        var bench = NewBench();
        mutate(bench.Disk);
        bench.Disk.DiesAtCall = call;
        List<string> sent = [], acknowledged = [];
        try
        {
            Work(bench, sent, acknowledged);
        }
        catch (SimDisk.PowerLoss)
        {
        }

        using (bench.Reopen(random))
        {
        }

        var wrong = Judge(bench, sent, acknowledged);
        using var second = bench.Open();
        return wrong + Judge(bench, sent, acknowledged) + string.Join(';', second.Status.Damage);
    }

    private static string Judge(LogBench bench, List<string> sent, List<string> acknowledged)
    {
        var stored = bench.Bodies.ToList();
        var lost = acknowledged.Except(stored).Count();
        var invented = stored.Except(sent).Count();
        var repeated = stored.Count - stored.Distinct().Count();
        var isGapless = bench.Lines.Select(line => line.Seq).SequenceEqual(Enumerable.Range(1, stored.Count).Select(n => (long)n));
        return lost + invented + repeated == 0 && isGapless ? "" : $"lost {lost}, invented {invented}, repeated {repeated}, gapless {isGapless};";
    }

    private static void Work(LogBench bench, List<string> sent, List<string> acknowledged)
    {
        var journal = bench.Open();
        for (var i = 0; i < Commits; i++)
        {
            PendingLine[] lines = i % 3 == 0
                ? [LogBench.Event($"e{i}{Padding}"), LogBench.Completion($"a{i}"), LogBench.Completion($"b{i}{Padding}")]
                : [LogBench.Completion($"c{i}{Padding}")];
            var bodies = lines.Select(line => System.Text.Encoding.UTF8.GetString(line.Body.Span)).ToList();
            sent.AddRange(bodies);
            var outcome = journal.Commit(lines);
            acknowledged.AddRange(bodies.Take(outcome.Committed));
        }
    }
}
