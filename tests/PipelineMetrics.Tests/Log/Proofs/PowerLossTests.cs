using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>The machine dies around every disk call of a long life; the ledger judges what is there afterwards.</summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int CommitsOfSeeds = 60;

    [Fact]
    public void Nothing_acknowledged_is_lost_whichever_disk_call_the_machine_dies_at()
    {
        var cases = 0;
        var calls = AtEveryMoment(ProofSize.Cases(60, 400), (bench, ledger, moment) =>
        {
            cases++;
            new CrashCase(bench, ledger).AfterOne(random: null).ShouldBe("", $"crash at moment {moment}");
        });

        output.WriteLine($"{calls} disk calls, {cases} crashes before, in the middle of and after them");
        calls.ShouldBeGreaterThanOrEqualTo(ProofSize.Cases(300, 2000));
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_unsynced_sectors_and_names_survive_in_part()
    {
        var seeds = ProofSize.Cases(300, 100_000);
        var diedTwice = 0;
        OfSeeds(seeds, (bench, ledger, seed) =>
        {
            new CrashCase(bench, ledger).AfterTwo(new Random(seed), out var again).ShouldBe("", $"seed {seed}");
            diedTwice += again ? 1 : 0;
        });

        output.WriteLine($"seeds 0 to {seeds - 1}, {diedTwice} of them died a second time during the start");
        diedTwice.ShouldBeGreaterThan(seeds / 4, "the second crash must hit the start often enough to say something");
    }

    [Theory]
    [InlineData("content")]
    [InlineData("names")]
    public void A_disk_that_only_pretends_to_sync_is_found_out(string what)
    {
        var found = 0;
        AtEveryMoment(commits: 30, (bench, ledger, _) => found += new CrashCase(bench, ledger).AfterOne(null).Length > 0 ? 1 : 0, disk =>
        {
            disk.IgnoresSync = what == "content";
            disk.IgnoresDirectorySync = what == "names";
        });

        output.WriteLine($"{found} crashes found it");
        found.ShouldBeGreaterThan(0);
    }

    /// <summary>Runs the workload once and hands out a copy of disk and ledger at each moment of each changing call.</summary>
    /// <returns>The number of changing calls.</returns>
    private static int AtEveryMoment(int commits, Action<LogBench, Ledger, int> judge, Action<SimDisk>? prepare = null)
    {
        var workload = new CrashWorkload(commits);
        var moment = 0;
        prepare?.Invoke(workload.Bench.Disk);
        workload.Bench.Disk.Watch = (_, _, _) => judge(CrashWorkload.NewBench(workload.Bench.Disk.Copy()), workload.Ledger.Copy(), ++moment);
        workload.Run();
        return workload.Bench.Disk.Calls;
    }

    /// <summary>Each seed names a moment of the workload; all of one moment are judged when it comes.</summary>
    private static void OfSeeds(int seeds, Action<LogBench, Ledger, int> judge)
    {
        var moments = 0;
        var counting = new CrashWorkload(CommitsOfSeeds);
        counting.Bench.Disk.Watch = (_, _, _) => moments++;
        counting.Run();
        var seedsOf = Enumerable.Range(0, seeds).ToLookup(seed => new Random(seed).Next(moments) + 1);
        var judged = 0;
        AtEveryMoment(CommitsOfSeeds, (bench, ledger, moment) =>
        {
            foreach (var seed in seedsOf[moment])
            {
                judge(CrashWorkload.NewBench(bench.Disk.Copy()), ledger.Copy(), seed);
                judged++;
            }
        });
        judged.ShouldBe(seeds);
    }
}
