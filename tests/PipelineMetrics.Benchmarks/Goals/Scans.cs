using System.Diagnostics;
using System.Text.Json;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;

namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>Any other question: no answer is prepared for it, so the columns are looked through.</summary>
internal static class Scans
{
    public static async Task RunAsync(Bench bench)
    {
        var rows = Rows.Of(bench, TimeSpan.FromDays(30));
        foreach (var (measure, days, groups) in new[] { ("overall_7d", 7, 1), ("groups_7d", 7, 22), ("overall_30d", 30, 1), ("groups_30d", 30, 22) })
        {
            var question = new MetricsQuery(TimeRange.Between(bench.End.AddDays(-days), null))
            {
                GroupBy = groups > 1 ? [Dimension.TaskType, Dimension.Model] : [],
                GroupPercentiles = true,
            };
            foreach (var peer in new[] { "clickhouse", "duckdb" }) await AgainstAsync(bench, rows, question, $"{days} days, {groups} groups", peer, measure);
        }
        var filtered = new MetricsQuery(TimeRange.Between(bench.End.AddDays(-30), null)) { Filters = [new DimensionFilter(Dimension.Model, ["cursor/auto"])] };
        bench.Table.Figure(7, "30 days, one model of nine", $"{Table.Short(Median(rows, filtered, bench))} ms");
        bench.Table.Figure(7, "a prediction for one kind of work and one model, from all of them", $"{Table.Short(Median(() => Predict(rows, bench)))} ms");
        foreach (var step in CalendarStep.All.Where(s => s.Name is "day" or "hour")) await SeriesAsync(bench, rows, step);
        AgainstReading(bench, rows);
    }

    // However many steps a series has, it should take about as long as one answer about its range.
    private static async Task SeriesAsync(Bench bench, Rows rows, CalendarStep step)
    {
        var range = TimeRange.Between(bench.End.AddDays(-30), bench.End);
        var question = new MetricsQuery(range) { GroupBy = [Dimension.TaskType, Dimension.Model], GroupPercentiles = true };
        var pair = await bench.InTurnAsync(
            $"30 days by {step} and one answer about them",
            () => Task.FromResult(Median(() => rows.Table.Answer(new SeriesQuery(question, step), bench.End, out _))),
            () => Task.FromResult(Median(() => rows.Table.Answer(question, bench.End))));
        bench.Table.AtMost(3, 7, $"30 days by {step}, 22 groups", $"{Table.Short(pair.Ours)} ms", $"one answer about them, {Table.Short(pair.Theirs)} ms", pair.Ratio);
    }

    private static async Task AgainstAsync(Bench bench, Rows rows, MetricsQuery question, string what, string peer, string measure)
    {
        if (bench.Peers.Missing(peer) is { } missing)
        {
            bench.Table.NotMeasured(7, $"any window, {what}: {Table.Short(Median(rows, question, bench))} ms", missing);
            return;
        }
        var pair = await bench.InTurnAsync($"{what} and {peer}", () => Task.FromResult(Median(rows, question, bench)), () => bench.Peers.RunAsync(peer, measure));
        bench.Table.AtLeast(1, 7, $"any window, {what}, exact", $"{Table.Short(pair.Ours)} ms", $"{peer}, {Table.Short(pair.Theirs)} ms", pair.Faster);
    }

    private static Prediction Predict(Rows rows, Bench bench) =>
        new Predictor(rows.Table, new PredictionOptions()).Predict(new TaskKind("impl", "claude-sonnet-4-5"), TimeRange.Rolling(Predictor.DefaultWindow), bench.End);

    private static double Median(Rows rows, MetricsQuery question, Bench bench) => Median(() => rows.Table.Answer(question, bench.End));

    private static double Median(Action answer) => Pair.Median(Enumerable.Range(0, 5).Select(_ =>
    {
        var watch = Stopwatch.StartNew();
        answer();
        return watch.Elapsed.TotalMilliseconds;
    }).ToList());

    // What a service without columns would do: read and parse every line for every answer. A tenth of the lines, times ten.
    private static void AgainstReading(Bench bench, Rows rows)
    {
        var watch = Stopwatch.StartNew();
        var durations = new List<decimal>();
        var lines = (int)(bench.Options.Rows / 10);
        foreach (var line in File.ReadLines(Records.FileOf(bench, withIds: false)).Take(lines))
        {
            using var json = JsonDocument.Parse(line);
            durations.Add(json.RootElement.GetProperty("duration_seconds").GetDecimal());
        }
        durations.Sort();
        var naive = watch.Elapsed.TotalMilliseconds * bench.Options.Rows / lines;
        var ours = Median(rows, new MetricsQuery(TimeRange.Between(bench.End.AddDays(-30), null)), bench);
        bench.Table.Figure(
            7, "30 days, overall, exact", $"{Table.Short(ours)} ms", $"reading the file for every answer, {Table.Short(naive)} ms",
            new Ratio(naive / ours, naive / ours, naive / ours));
    }
}
