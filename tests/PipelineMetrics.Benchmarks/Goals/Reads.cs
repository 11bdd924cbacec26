namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>Dashboards: an answer that has not changed, and what they cost the runners.</summary>
internal static class Reads
{
    private const int Dashboards = 64;

    public static async Task RunAsync(Bench bench)
    {
        if (!Wrk.IsInstalled)
        {
            bench.Table.NotMeasured(5, "GET metrics, nothing new", "wrk is not installed");
            return;
        }
        var log = await Records.LogOfAsync(bench, withIds: false);
        using var service = await Server.StartServiceAsync(log);
        using var noOp = await Server.StartNoOpAsync();
        var seconds = bench.Options.Seconds;
        await Wrk.GetAsync(service, 64, 2 * seconds);
        await Wrk.GetAsync(noOp, 64, seconds);
        var pair = await bench.InTurnAsync(
            "GET unchanged", async () => (await Wrk.GetAsync(service, 64, seconds)).PerSecond, async () => (await Wrk.GetAsync(noOp, 64, seconds)).PerSecond);
        bench.Table.AtLeast(0.9, 5, $"GET metrics, nothing new, {bench.Options.Rows:N0} stored", $"{Table.Short(pair.Ours)} /s", $"2 KB that are there already, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        if (bench.Options.Wants(8)) await BesideRunnersAsync(bench);
    }

    private static async Task BesideRunnersAsync(Bench bench)
    {
        var wrk = new Wrk(bench.WorkDirectory);
        using var service = await Server.StartServiceAsync(bench.NewDirectory("log"));
        using var noOp = await Server.StartNoOpAsync();
        var seconds = bench.Options.Seconds;
        await wrk.PostAsync(service, 64, 2 * seconds);
        await wrk.PostAsync(noOp, 64, seconds);
        var polls = new List<(double Ours, double Theirs)>();
        double ours = 0;
        var pair = await bench.InTurnAsync(
            "POST with and without dashboards",
            async () =>
            {
                var (load, p99) = await PolledAsync(wrk, service, seconds);
                ours = p99;
                return load.PerSecond;
            },
            async () =>
            {
                polls.Add((ours, (await PolledAsync(wrk, noOp, seconds)).P99));
                return (await wrk.PostAsync(service, 64, seconds)).PerSecond;
            });
        bench.Table.AtLeast(
            0.95, 8, "durable POST while 64 dashboards ask once a second", $"{Table.Short(pair.Ours)} /s", $"without them, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        var times = new Pair(polls);
        bench.Table.AtMost(
            2, 8, "their answers, 99 of 100 within", $"{Table.Short(times.Ours)} ms", $"the server that discards, under the same load, {Table.Short(times.Theirs)} ms", times.Ratio);
    }

    private static async Task<(Load Load, double P99)> PolledAsync(Wrk wrk, Server server, int seconds)
    {
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = server.Address };
        var times = new List<double>();
        var polling = Task.WhenAll(Enumerable.Range(0, Dashboards).Select(i => PollAsync(http, i, times, stop.Token)));
        var load = await wrk.PostAsync(server, 64, seconds);
        await stop.CancelAsync();
        await polling;
        return (load, times.Order().ElementAt(times.Count * 99 / 100));
    }

    private static async Task PollAsync(HttpClient http, int number, List<double> times, CancellationToken stop)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(number / (double)Dashboards), stop);
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            do
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                (await http.GetAsync(Wrk.Metrics, stop)).EnsureSuccessStatusCode();
                lock (times) times.Add(watch.Elapsed.TotalMilliseconds);
            }
            while (await second.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }
    }
}
