using System.Diagnostics;
using PipelineMetrics.Log;

namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>One runner alone: against writing the same line and syncing it, without anything around.</summary>
internal static class OneConnection
{
    private const int LineBytes = 230;

    public static async Task RunAsync(Bench bench)
    {
        if (!Wrk.IsInstalled)
        {
            bench.Table.NotMeasured(3, "durable POST, 1 connection", "wrk is not installed");
            return;
        }
        var wrk = new Wrk(bench.WorkDirectory);
        using var service = await Server.StartServiceAsync(bench.NewDirectory("log"));
        await wrk.PostAsync(service, 16, 2 * bench.Options.Seconds);
        var latency = new List<(double Ours, double Theirs)>();
        Load? load = null;
        var pair = await bench.InTurnAsync(
            "POST at 1",
            async () => (load = await wrk.PostAsync(service, 1, bench.Options.Seconds)).PerSecond,
            () =>
            {
                var (perSecond, p50) = Raw(bench);
                latency.Add((load!.P50, p50));
                return Task.FromResult(perSecond);
            });
        bench.Table.AtLeast(
            0.8, 3, "durable POST, 1 connection", $"{Table.Short(pair.Ours)} /s", $"append and sync of such a line, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        var times = new Pair(latency);
        bench.Table.AtMost(1.4, 3, "the same, median time", $"{Table.Short(times.Ours)} ms", $"{Table.Short(times.Theirs)} ms", times.Ratio);
    }

    private static (double PerSecond, double P50) Raw(Bench bench)
    {
        using var file = File.OpenHandle(Path.Combine(bench.NewDirectory("raw"), "raw"), FileMode.CreateNew, FileAccess.Write);
        var line = new byte[LineBytes];
        var times = new List<double>();
        var all = Stopwatch.StartNew();
        while (all.Elapsed.TotalSeconds < bench.Options.Seconds)
        {
            var one = Stopwatch.StartNew();
            RandomAccess.Write(file, line, (long)times.Count * LineBytes);
            if (Native.SyncData(file) != 0) throw new IOException("The disk does not sync.");
            times.Add(one.Elapsed.TotalMilliseconds);
        }
        return (times.Count / all.Elapsed.TotalSeconds, Pair.Median(times));
    }
}
