using System.Text;
using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>
/// The machine dies, or a call fails, at every disk call while segments leave, and again during the start that follows. Afterwards every
/// line that was acknowledged is in the log or in an archive that is listed and whole, and in one of them only.
/// </summary>
public sealed class ArchivingCrashTests(ITestOutputHelper output)
{
    private static readonly string Long = new('x', 12_000);
    private readonly List<string> _committed = [];
    private readonly LogBench _filled = Filled();

    [Fact]
    public void No_line_is_lost_and_none_is_there_twice_whenever_the_machine_dies()
    {
        var seeds = ProofSize.Cases(2, 200);
        var calls = 0;
        for (var call = 1; call == calls + 1; call++)
        {
            for (var seed = -1; seed < seeds; seed++)
            {
                var bench = Copy();
                if (!DiesWhileItLeaves(bench, call))
                    continue;
                calls = call;
                var random = seed < 0 ? null : new Random(seed);
                bench.Disk.Crash(random);
                if (seed % 2 == 1)
                    DieInTheStart(bench, random!);
                ShouldHoldAll(bench, $"call {call}, seed {seed}");
            }
        }

        output.WriteLine($"{calls} calls, {calls * (seeds + 1)} crashes");
        calls.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData("write", DiskFault.Full)]
    [InlineData("create", DiskFault.Full)]
    [InlineData("rename", DiskFault.Other)]
    [InlineData("delete", DiskFault.Denied)]
    [InlineData("sync", DiskFault.SyncFailed)]
    [InlineData("sync-directory", DiskFault.SyncFailed)]
    [InlineData("sync-directory", DiskFault.Denied)]
    [InlineData("read", DiskFault.Other)]
    [InlineData("stat", DiskFault.Other)]
    [InlineData("open", DiskFault.Other)]
    public void No_line_is_lost_and_none_is_there_twice_whichever_call_fails(string operation, DiskFault fault)
    {
        var failed = 0;
        for (var nth = 1; nth == failed + 1; nth++)
        {
            var bench = Copy();
            if (!FailsWhileItLeaves(bench, operation, fault, nth))
                continue;
            failed = nth;
            ShouldHoldAll(bench, $"{operation} number {nth}");
        }

        failed.ShouldBeGreaterThan(1);
    }

    private static LogBench Filled()
    {
        var bench = CrashWorkload.NewBench(new SimDisk());
        using var journal = bench.Open();
        for (var i = 0; i < 13; i++)
            journal.Commit([LogBench.Event($"e{i}{Long}"), LogBench.Completion($"a{i}{Long}"), LogBench.Completion($"b{i}")]).Failure.ShouldBeNull();
        journal.Leave(LogStream.Completions, 1);
        journal.Kept(LogStream.Completions).Count.ShouldBeGreaterThan(1);
        return bench;
    }

    private LogBench Copy()
    {
        _committed.Clear();
        for (var i = 0; i < 13; i++)
            _committed.AddRange([$"e{i}{Long}", $"a{i}{Long}", $"b{i}"]);
        return CrashWorkload.NewBench(_filled.Disk.Copy());
    }

    /// <summary>False when everything had left before the call came.</summary>
    private bool DiesWhileItLeaves(LogBench bench, int call)
    {
        var journal = bench.Open();
        bench.Disk.DiesAtCall = bench.Disk.Calls + call;
        try
        {
            LeaveBesideCommits(journal);
            return false;
        }
        catch (SimDisk.PowerLoss)
        {
            return true;
        }
    }

    private bool FailsWhileItLeaves(LogBench bench, string operation, DiskFault fault, int nth)
    {
        var seen = 0;
        DiskException? Fail(string called) => called == operation && ++seen == nth ? new DiskException(fault, "", "", "injected") : null;
        using (var journal = bench.Open())
        {
            bench.Disk.Fault = (_, called) => Fail(called);
            bench.Disk.LookFault = (called, _) => Fail(called);
            try
            {
                LeaveBesideCommits(journal);
            }
            catch (Exception e) when (e is DiskException or LogStoppedException)
            {
                // Told to whoever asked; what matters is what is there now.
            }

            (bench.Disk.Fault, bench.Disk.LookFault) = (null, null);
        }

        return seen >= nth;
    }

    // What is acknowledged on the way counts too.
    private void LeaveBesideCommits(Journal journal)
    {
        foreach (var stream in Enum.GetValues<LogStream>())
        {
            journal.Leave(stream);
            if (journal.Status.Stopped is null && journal.Commit([LogBench.Completion($"beside {stream}")]).Failure is null)
                _committed.Add($"beside {stream}");
        }
    }

    private static void DieInTheStart(LogBench bench, Random random)
    {
        bench.Disk.DiesAtCall = bench.Disk.Calls + random.Next(1, 12);
        try
        {
            bench.Open();
        }
        catch (SimDisk.PowerLoss)
        {
            // The next start finds what this one left.
        }

        bench.Disk.Crash(random);
    }

    private void ShouldHoldAll(LogBench bench, string when)
    {
        using (var journal = bench.Open())
        {
            journal.Status.Damage.Where(damage => damage.Kind != DamageKind.TornTail).ShouldBeEmpty(when);
            var found = bench.Bodies.Select(TextOf).Concat(journal.Archived.SelectMany(archived => BodiesIn(bench.Disk, archived))).Order(StringComparer.Ordinal).ToList();
            found.Except(_committed).ShouldBeSubsetOf(["beside Events", "beside Completions"], when);
            _committed.Except(found).ShouldBeEmpty(when);
            found.Distinct().Count().ShouldBe(found.Count, when);
            bench.Disk.Names.Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal))
                .Select(name => Path.GetFileName(name)).ShouldNotContain(name => journal.Archived.Any(archived => archived.Segment.File == name), when);
            journal.Commit([LogBench.Event("after"), LogBench.Completion("after")]).Failure.ShouldBeNull(when);
        }

        JournalVerifier.Verify(bench.Disk, bench.Options).Damage.ShouldBeEmpty(when);
    }

    private static IEnumerable<string> BodiesIn(SimDisk disk, ArchivedSegment archived)
    {
        using var file = ArchiveFile.Open(disk, LogBench.PathOf(archived.ArchiveName));
        var content = new byte[file.Length];
        WholeFile.ReadFully(file, content, 0);
        var lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(TextOf)];
    }

    private static string TextOf(string line) => line.Split('"')[3];
}
