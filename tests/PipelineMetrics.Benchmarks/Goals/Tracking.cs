using System.Diagnostics;
using PipelineMetrics.Client;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>What a record costs a .NET runner, with nobody there to take it.</summary>
internal static class Tracking
{
    private const int Records = 200_000;
    private const double MostNanoseconds = 1000;
    private static readonly Uri Nobody = new("http://127.0.0.1:1");
    private static readonly CompletionRequest Few =
        new() { TaskId = "t-42", TaskType = "impl", Model = "claude-sonnet-4-5", DurationSeconds = 73.5m, Status = "completed" };
    private static readonly CompletionRequest Many = Few with
    {
        Outcome = "success", ChainId = "chain-17", Runner = "runner-3", Provider = "anthropic", Harness = "claude_code", RetryCount = 0,
        ActualInputTokens = 123_456, ActualOutputTokens = 4567, CacheReadTokens = 99_999, ActualCostUsdMicros = 123_456,
        QualityGatePassed = true, QualityGatesRun = ["build", "test"],
    };

    public static async Task RunAsync(Bench bench)
    {
        foreach (var isSpooled in new[] { false, true })
        {
            foreach (var (name, record) in new[] { ("5 fields", Few), ("17 fields", Many) })
            {
                var times = new List<double>();
                for (var round = 0; round <= bench.Options.Rounds; round++) times.Add(await NanosecondsAsync(bench, isSpooled, record));
                // The first round is spent on compiling.
                var median = Pair.Median(times[1..]);
                bench.Table.Bound(12, $"the .NET client takes a record of {name} {(isSpooled ? "into its spool" : "into memory")}", median, "ns", MostNanoseconds);
            }
        }
    }

    private static async Task<double> NanosecondsAsync(Bench bench, bool isSpooled, CompletionRequest record)
    {
        var spool = bench.NewDirectory("spool");
        var options = new PipelineMetricsClientOptions
        {
            Address = Nobody, QueueRecords = Records + 1, SpoolFileBytes = 256 << 20, StopTimeout = TimeSpan.Zero, SpoolDirectory = isSpooled ? spool : null,
        };
        await using var client = new PipelineMetricsClient(options);
        client.Track(record);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Records; i++)
        {
            if (client.Track(record) == TrackResult.Dropped) throw new InvalidOperationException("There should be room for all of them.");
        }
        var nanoseconds = watch.Elapsed.TotalNanoseconds / Records;
        await client.StopAsync();
        Directory.Delete(spool, recursive: true);
        return nanoseconds;
    }
}
