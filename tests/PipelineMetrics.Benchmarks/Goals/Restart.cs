namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>From the start of the process to complete figures, over a log that a service wrote; always the first pass of a new process.</summary>
internal static class Restart
{
    public static async Task RunAsync(Bench bench)
    {
        foreach (var withIds in new[] { false, true })
        {
            var log = await Records.LogOfAsync(bench, withIds);
            var what = $"restart over {bench.Options.Rows:N0} lines of {Records.BytesOf(log) / (double)bench.Options.Rows:0} B, ids {(withIds ? "given" : "made")}";
            foreach (var (peer, wanted) in new[] { ("duckdb", 5.0), ("clickhouse", 1.0) })
            {
                if (bench.Peers.Missing(peer) is { } missing)
                {
                    bench.Table.NotMeasured(10, $"{what}: {Table.Short(await SecondsAsync(log))} s", missing);
                    continue;
                }
                var pair = await bench.InTurnAsync(what, () => SecondsAsync(log), () => bench.Peers.RunAsync(peer, "restart"));
                bench.Table.AtLeast(
                    wanted, 10, what, $"{Table.Short(pair.Ours)} s", $"{peer}, load of the records as sent, {Table.Short(pair.Theirs)} s", pair.Faster);
            }
        }
    }

    private static async Task<double> SecondsAsync(string log)
    {
        using var service = await Server.StartServiceAsync(log);
        return service.ReadyAfter.TotalSeconds;
    }
}
