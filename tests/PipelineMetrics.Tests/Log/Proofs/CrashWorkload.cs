using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>
/// A life of a log that meets every kind of disk call: commits to both streams of short, middle and long lines, full files sealed,
/// writes that fail and are cut off again, ticks, restarts, a torn tail and a failed sync to recover from.
/// </summary>
internal sealed class CrashWorkload(int commits)
{
    private const int RestartEvery = 23;
    private const int TickEvery = 5;
    private const int FullDiskEvery = 6;
    private static readonly string Middle = new('m', 700);
    private static readonly string Long = new('x', 6000);

    public LogBench Bench { get; } = NewBench(new SimDisk());

    public Ledger Ledger { get; } = new();

    /// <summary>Called when a commit has come back.</summary>
    public Action? Answered { get; set; }

    /// <summary>A bench with the workload's options on another disk.</summary>
    public static LogBench NewBench(SimDisk disk)
    {
        var bench = new LogBench { Disk = disk };
        bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        return bench;
    }

    public void Run()
    {
        var journal = Bench.Open();
        for (var i = 1; i <= commits; i++)
        {
            if (i % FullDiskEvery == 0)
                FailNext("write", DiskFault.Full);
            if (i % RestartEvery == RestartEvery - 1)
                FailNext("sync", DiskFault.SyncFailed);
            Ledger.Commit(journal, LinesOf(i));
            Answered?.Invoke();
            if (i % RestartEvery == 0 || journal.Status.Stopped is not null)
                journal = Restart(journal);
            else if (i % TickEvery == 0 || journal.Status.LastWriteError is not null)
                journal.Tick(Bench.Take);
        }
    }

    private static PendingLine[] LinesOf(int i) => (i % 4) switch
    {
        0 => [LogBench.Event($"e{i}{Long}"), LogBench.Completion($"a{i}"), LogBench.Completion($"b{i}{Long}")],
        1 => [LogBench.Completion($"c{i}{Long}")],
        2 => [.. Enumerable.Range(0, 4).Select(n => LogBench.Completion($"d{i}.{n}{Middle}"))],
        _ => [LogBench.Event($"f{i}"), LogBench.Event($"g{i}{Middle}"), LogBench.Completion($"h{i}")],
    };

    /// <summary>The process ends; what the machine has cached stays. Every other time somebody leaves an unfinished line behind.</summary>
    private Journal Restart(Journal journal)
    {
        journal.Dispose();
        if (journal.Status.Stopped is null)
            Bench.AppendForeign("metrics.jsonl", "{\"half a line");
        return Bench.Open();
    }

    private void FailNext(string operation, DiskFault fault) => Bench.Disk.Fault = (_, called) =>
    {
        if (called != operation)
            return null;
        Bench.Disk.Fault = null;
        return new DiskException(fault, "", "", "injected");
    };
}
