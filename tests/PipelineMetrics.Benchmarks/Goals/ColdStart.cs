namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>What the service takes before anybody uses it, and on the disk beyond the log that people read.</summary>
internal static class ColdStart
{
    public static async Task RunAsync(Bench bench)
    {
        var memory = new List<(double Ours, double Theirs)>();
        double resident = 0;
        var start = await bench.InTurnAsync(
            "cold start",
            async () =>
            {
                using var service = await Server.StartServiceAsync(bench.NewDirectory("log"));
                resident = service.ResidentMiB();
                return service.ReadyAfter.TotalMilliseconds;
            },
            async () =>
            {
                using var noOp = await Server.StartNoOpAsync();
                memory.Add((resident, noOp.ResidentMiB()));
                return noOp.ReadyAfter.TotalMilliseconds;
            });
        bench.Table.AtMost(1.3, 11, "cold start to the first 200, empty log", $"{Table.Short(start.Ours)} ms", $"an empty web server, {Table.Short(start.Theirs)} ms", start.Ratio);
        var idle = new Pair(memory);
        bench.Table.AtMost(1.3, 11, "memory then", $"{Table.Short(idle.Ours)} MiB", $"{Table.Short(idle.Theirs)} MiB", idle.Ratio);
        var log = await Records.LogOfAsync(bench, withIds: false);
        var beyond = Directory.EnumerateFiles(log, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".jsonl", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);
        bench.Table.Bound(11, "disk beyond the lines, per completion", beyond / (double)bench.Options.Rows, "B", 20);
    }
}
