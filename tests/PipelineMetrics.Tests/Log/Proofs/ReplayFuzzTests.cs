using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Whatever is done to the files, a start never fails in a way nobody described, and never loses a line without a word.</summary>
public sealed class ReplayFuzzTests(ITestOutputHelper output)
{
    private static readonly WrittenLog Written = new(commits: 95, eventBytes: 40, completionBytes: 1500);

    [Fact]
    public void A_start_on_damaged_files_says_what_is_gone_and_goes_on()
    {
        var seeds = ProofSize.Cases(2000, 100_000);
        var (refused, damaged) = (0, 0);
        for (var seed = 0; seed < seeds; seed++)
        {
            var bench = Written.Copy();
            new LogMutator(bench.Disk, [.. Written.Files, "journal.json"], new Random(seed)).Mutate();
            var wrong = Judge(bench, out var isRefused, out var hasDamage);
            wrong.Length.ShouldBe(0, $"seed {seed}: {wrong}");
            refused += isRefused ? 1 : 0;
            damaged += hasDamage ? 1 : 0;
        }

        output.WriteLine($"seeds 0 to {seeds - 1}: {damaged} logs with reported damage, {refused} starts refused");
        damaged.ShouldBeGreaterThan(seeds / 2);
    }

    private static string Judge(LogBench bench, out bool isRefused, out bool hasDamage)
    {
        (isRefused, hasDamage) = (false, false);
        try
        {
            var foreseen = JournalVerifier.Verify(bench.Disk, bench.Options);
            var status = FirstStart(bench, out var silence);
            hasDamage = status.DamageCount > 0;
            if (silence.Length > 0)
                return silence;
            if (foreseen.Ok && hasDamage)
                return $"the start reports what the verifier does not see: {string.Join(';', status.Damage)}";
            return SecondStart(bench);
        }
        catch (Exception refusal) when (refusal is DiskException or LogFormatException)
        {
            isRefused = true;
            return "";
        }
        catch (Exception strange)
        {
            return $"{strange}";
        }
    }

    private static JournalStatus FirstStart(LogBench bench, out string silence)
    {
        using var journal = bench.Open();
        var status = journal.Status;
        silence = Written.FindSilence(bench, status);
        journal.Commit([LogBench.Event("afterwards"), LogBench.Completion("afterwards")]).Failure.ShouldBeNull();
        return status;
    }

    /// <summary>What was served once is served again, and so is what was written since.</summary>
    private static string SecondStart(LogBench bench)
    {
        var before = bench.Bodies.ToList();
        using var journal = bench.Reopen();
        var after = bench.Bodies.ToList();
        return after.SequenceEqual([.. before, "{\"e\":\"afterwards\"}", "{\"c\":\"afterwards\"}"]) ? "" : $"{before.Count} lines, then {after.Count}";
    }
}
