using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>What follows a crash: a verification, a start, another crash, more work; each step judged.</summary>
internal sealed class CrashCase(LogBench bench, Ledger ledger)
{
    private const int CallsOfAStart = 16;

    /// <summary>The machine dies once, in one way.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public string AfterOne(Random? random)
    {
        bench.Disk.Crash(random);
        return Recover() + GoOn();
    }

    /// <summary>The machine dies, and dies again somewhere in the start that follows.</summary>
    public string AfterTwo(Random random, out bool diedTwice)
    {
        bench.Disk.Crash(random);
        bench.Disk.DiesAtCall = bench.Disk.Calls + random.Next(1, CallsOfAStart);
        diedTwice = DiesDuringStart();
        bench.Disk.Crash(random);
        return Recover() + GoOn();
    }

    private bool DiesDuringStart()
    {
        try
        {
            bench.Open();
            return false;
        }
        catch (SimDisk.PowerLoss)
        {
            return true;
        }
    }

    private string Recover()
    {
        var foreseen = Verify();
        using var journal = bench.Open();
        var reported = journal.Status.Damage;
        var left = reported.Where(damage => damage.Kind != DamageKind.TornTail);
        return Named("start", ledger.Judge(bench, reported))
            + Named("verifier before the start", Difference(foreseen, reported))
            + Named("verifier after the start", Difference(Verify(), left));
    }

    /// <summary>The log is as good as new: what is written to it now survives the next crash.</summary>
    private string GoOn()
    {
        using (var journal = bench.Open())
        {
            var outcome = ledger.Commit(journal, LogBench.Event("after the crash"), LogBench.Completion("after the crash"));
            if (outcome.Failure is not null)
                return $"no commit after the crash: {outcome.Failure.Message}";
        }

        using var next = bench.Reopen();
        return Named("next start", ledger.Judge(bench, next.Status.Damage));
    }

    private IReadOnlyList<LogDamage> Verify() => JournalVerifier.Verify(bench.Disk, bench.Options).Damage;

    private static string Difference(IEnumerable<LogDamage> one, IEnumerable<LogDamage> other)
    {
        var difference = one.Select(Place).Except(other.Select(Place)).Concat(other.Select(Place).Except(one.Select(Place)));
        return string.Join(", ", difference);
    }

    private static (DamageKind Kind, string File, long Offset, long Bytes) Place(LogDamage damage) =>
        (damage.Kind, damage.File, damage.Offset, damage.Bytes);

    private static string Named(string step, string wrong) => wrong.Length == 0 ? "" : $"[{step}: {wrong}]";
}
