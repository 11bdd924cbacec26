using System.Diagnostics;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Benchmarks.Goals;

/// <summary>The default window with all records in it, computed anew for every answer; what a completion costs and takes.</summary>
internal static class RollingAnswers
{
    private const int Answers = 3000;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static async Task RunAsync(Bench bench)
    {
        if (bench.Options.Wants(6))
        {
            var rows = Rows.Of(bench, Week - TimeSpan.FromMinutes(1));
            Check(rows, bench);
            await TimeAsync(bench, rows);
        }
        if (bench.Options.Wants(9)) Apply(bench);
    }

    private static MetricsQuery Question(int groups) => new(TimeRange.Rolling(Week))
    {
        GroupBy = groups > 1 ? [Dimension.TaskType, Dimension.Model] : [],
        GroupPercentiles = true,
    };

    private static async Task TimeAsync(Bench bench, Rows rows)
    {
        var times = new double[Answers];
        for (var i = 0; i < Answers; i++)
        {
            rows.Apply(new SampleData.Record(bench.Options.Rows + i, "impl", "cursor/auto", 1000 + i, false, bench.End));
            var watch = Stopwatch.StartNew();
            rows.Table.Answer(Question(22), bench.End);
            times[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        var what = $"22 groups exact, {bench.Options.Rows:N0} in the window, each after one more completion:";
        bench.Table.Bound(6, $"{what} median", times[Answers / 2], "ms", 0.1);
        bench.Table.Bound(6, $"{what} 99 of 100", times[Answers * 99 / 100], "ms", 0.25);
        foreach (var (peer, wanted) in new[] { ("clickhouse", 1000), ("duckdb", 3000) })
        {
            if (bench.Peers.Missing(peer) is { } missing) bench.Table.NotMeasured(6, "22 groups exact", missing);
            else
            {
                var pair = await bench.InTurnAsync($"window and {peer}", () => Task.FromResult(times[Answers / 2]), () => bench.Peers.RunAsync(peer, "groups_7d"));
                bench.Table.AtLeast(
                    wanted, 6, "22 groups exact, default window", $"{Table.Short(pair.Ours)} ms",
                    $"{peer}, 7 of 30 days in the window, {Table.Short(pair.Theirs)} ms", pair.Faster);
            }
        }
    }

    // Against sorting: the median and the 95th of every group.
    private static void Check(Rows rows, Bench bench)
    {
        var watch = Stopwatch.StartNew();
        var answer = rows.Table.Answer(Question(22), bench.End);
        ShouldBe(answer.Overall, rows.DurationMs);
        foreach (var (dimension, numbers) in new[] { (Dimension.TaskType, rows.Type), (Dimension.Model, rows.Model) })
        {
            foreach (var (name, figures) in answer.Groups[dimension].Groups)
                ShouldBe(figures, [.. rows.DurationMs.Where((_, row) => numbers[row] == rows.Number(name))]);
        }
        bench.Say($"all 22 groups equal a full sort, which takes {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private static void ShouldBe(GroupFigures figures, int[] durations)
    {
        var sorted = durations.Order().ToArray();
        var right = figures.Total == sorted.Length
            && figures.P50!.Value.Ms == sorted[((sorted.Length * 50L) + 99) / 100 - 1] && figures.P95!.Value.Ms == sorted[((sorted.Length * 95L) + 99) / 100 - 1];
        if (!right) throw new InvalidOperationException("A group differs from a full sort.");
    }

    // In order, into a window of 7 of 30 days, so that three of four leave it again. Twice, the first time for the compiler.
    private static void Apply(Bench bench)
    {
        var count = (int)Math.Min(bench.Options.Rows, 2_000_000);
        var lines = Lines(bench, count);
        Pass(lines, new CompletionTable());
        var table = new CompletionTable();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var read = Pass(lines, null);
        var apply = Pass(lines, table) - read;
        bench.Table.Bound(9, $"applying a completion, expiry included (reading its line takes {read:0} ns beside it)", apply, "ns", 60);
        var all = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        bench.Table.Bound(9, "memory of a completion: its columns, and the window for those in it, over all", all, "B", 64);
        bench.Table.Bound(9, "memory of its columns alone, fields of spec 026", table.MemoryBytes / (double)count, "B", 64);
        bench.Table.Bound(9, "memory of the window, per completion in it", (all - (table.MemoryBytes / (double)count)) * 30 / 7, "B", 24);
        GC.KeepAlive(lines);
    }

    private static double Pass(byte[][] lines, CompletionTable? table)
    {
        var reader = new CompletionLineReader();
        var fields = default(CompletionLine);
        var watch = Stopwatch.StartNew();
        for (var line = 0; line < lines.Length; line++)
        {
            reader.TryRead(lines[line], ref fields);
            CompletionDecoder.TryDecode(fields, out var numbers);
            if ((line & 1023) == 0) table?.Advance(DateTimeOffset.FromUnixTimeMilliseconds(numbers.CreatedMs));
            table?.Add(numbers, fields, line);
        }
        return watch.Elapsed.TotalNanoseconds / lines.Length;
    }

    private static byte[][] Lines(Bench bench, int count)
    {
        var buffer = new byte[400];
        return [.. new SampleData(count, bench.End, TimeSpan.FromDays(30)).Records().Select(record => buffer[..SampleData.Write(record, buffer, false)])];
    }
}
