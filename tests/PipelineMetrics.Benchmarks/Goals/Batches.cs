using System.Diagnostics;
using PipelineMetrics.Log;

namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>Many completions a request: durable, with an id, numbered and checked, against what others load from a file.</summary>
internal static class Batches
{
    private const int PieceBytes = 2 << 20;

    public static async Task RunAsync(Bench bench)
    {
        var rows = bench.Options.Rows;
        (string Name, double Wanted)[] peers = [("clickhouse", 2), ("duckdb", 1.5), ("postgresql", 3)];
        foreach (var (peer, wanted) in peers)
        {
            if (bench.Peers.Missing(peer) is { } missing)
            {
                bench.Table.NotMeasured(4, "durable NDJSON batches", missing);
                continue;
            }
            var pair = await bench.InTurnAsync($"batches and {peer}", async () => (await LoadAsync(bench, withIds: false)).PerSecond, () => bench.Peers.RunAsync(peer, "load"));
            bench.Table.AtLeast(wanted, 4, "durable NDJSON batches of 20 MB", $"{Table.Short(pair.Ours)} /s", $"{peer}, load from a file, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        }
        foreach (var withIds in new[] { false, true })
        {
            (double PerSecond, double RawPerSecond, double LineBytes) last = default;
            var pair = await bench.InTurnAsync(
                "batches and the disk", async () => (last = await LoadAsync(bench, withIds)).PerSecond, () => Task.FromResult(last.RawPerSecond));
            bench.Table.Figure(
                4, $"the same, {(withIds ? "ids given" : "ids made")}, {new FileInfo(Records.FileOf(bench, withIds)).Length / (double)rows:0} B a line sent",
                $"{Table.Short(pair.Ours)} /s", $"write and sync of the same {last.LineBytes:0} B a line in 2 MiB pieces, {Table.Short(pair.Theirs)} /s", pair.Ratio);
        }
    }

    private static async Task<(double PerSecond, double RawPerSecond, double LineBytes)> LoadAsync(Bench bench, bool withIds)
    {
        var file = Records.FileOf(bench, withIds);
        var log = bench.NewDirectory("log");
        double seconds;
        using (var service = await Server.StartServiceAsync(log))
        {
            var watch = Stopwatch.StartNew();
            await Records.SendAsync(service, file);
            seconds = watch.Elapsed.TotalSeconds;
        }
        var bytes = Records.BytesOf(log);
        Directory.Delete(log, recursive: true);
        return (bench.Options.Rows / seconds, bench.Options.Rows / RawSeconds(bench, bytes), bytes / (double)bench.Options.Rows);
    }

    private static double RawSeconds(Bench bench, long bytes)
    {
        var name = Path.Combine(bench.NewDirectory("raw"), "raw");
        using var file = File.OpenHandle(name, FileMode.CreateNew, FileAccess.Write);
        var piece = new byte[PieceBytes];
        Random.Shared.NextBytes(piece);
        var watch = Stopwatch.StartNew();
        for (long at = 0; at < bytes; at += PieceBytes)
        {
            RandomAccess.Write(file, piece, at);
            if (Native.SyncData(file) != 0) throw new IOException("The disk does not sync.");
        }
        var seconds = watch.Elapsed.TotalSeconds;
        File.Delete(name);
        return seconds;
    }
}
