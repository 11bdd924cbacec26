namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>One durable completion a request: against a server that discards it, and against single commits in PostgreSQL.</summary>
internal static class SinglePosts
{
    public static async Task RunAsync(Bench bench)
    {
        if (!Wrk.IsInstalled)
        {
            bench.Table.NotMeasured(1, "single durable POST", "wrk is not installed");
            return;
        }
        var log = bench.NewDirectory("log");
        var wrk = new Wrk(bench.WorkDirectory);
        using var service = await Server.StartServiceAsync(log);
        using var noOp = await Server.StartNoOpAsync();
        await wrk.PostAsync(service, 64, 2 * bench.Options.Seconds);
        await wrk.PostAsync(noOp, 64, bench.Options.Seconds);
        foreach (var (connections, wanted) in new[] { (64, 0.65), (256, 0.85) })
        {
            var pair = await bench.InTurnAsync(
                $"POST at {connections}",
                async () => (await wrk.PostAsync(service, connections, bench.Options.Seconds)).PerSecond,
                async () => (await wrk.PostAsync(noOp, connections, bench.Options.Seconds)).PerSecond);
            bench.Table.AtLeast(
                wanted, 1, $"durable POST, {connections} connections", $"{Table.Short(pair.Ours)} /s",
                $"a server that discards the body, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        }
        await AgainstPostgreSqlAsync(bench, wrk, service);
    }

    private static async Task AgainstPostgreSqlAsync(Bench bench, Wrk wrk, Server service)
    {
        if (bench.Peers.Missing("postgresql") is { } missing)
        {
            bench.Table.NotMeasured(2, "durable POST, 64 connections", missing);
            return;
        }
        var pair = await bench.InTurnAsync(
            "POST and PostgreSQL",
            async () => (await wrk.PostAsync(service, 64, bench.Options.Seconds)).PerSecond,
            () => bench.Peers.RunAsync("postgresql", "single_64"));
        bench.Table.AtLeast(
            2, 2, "durable POST, 64 connections", $"{Table.Short(pair.Ours)} /s", $"PostgreSQL, 64 clients with single commits, {Table.Short(pair.Theirs)} /s", pair.Ratio);
    }
}
