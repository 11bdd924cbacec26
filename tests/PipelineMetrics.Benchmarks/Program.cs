using System.Diagnostics;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Benchmarks;
using PipelineMetrics.Events;

var rows = long.Parse(args[0]);
var end = DateTimeOffset.UtcNow;
end = new DateTimeOffset(end.Ticks - end.Ticks % 10000, TimeSpan.Zero);
var bytes = new byte[rows * 200];
var ends = new int[rows + 1];
var at = 0;
var n = 0;
foreach (var r in new SampleData(rows, end).Records()) { at += SampleData.Write(r, bytes.AsSpan(at), false); ends[++n] = at; }
for (var round = 0; round < 4; round++)
{
    var reader = new CompletionLineReader();
    var profiles = new ProfileList();
    var columns = new Columns(1 << 16);
    var columns2 = new Columns(1 << 16);
    var window = new RollingWindow(columns2);
    window.Advance(end.AddDays(-31).ToUnixTimeMilliseconds());
    var table = new CompletionTable();
    table.Advance(end);
    Go("read", (in CompletionLine l, in CompletionNumbers x, int i) => { });
    Go("stretch", (in CompletionLine l, in CompletionNumbers x, int i) => { foreach (var (f, t) in Dimensions.Stretches) if (l.Stretch(f, t).Length > 1000) throw new InvalidOperationException(); });
    Go("profile", (in CompletionLine l, in CompletionNumbers x, int i) => profiles.NumberOf(l));
    Go("columns", (in CompletionLine l, in CompletionNumbers x, int i) => { columns.Write(l, x, i); columns.Publish(0); });
    Go("window+columns", (in CompletionLine l, in CompletionNumbers x, int i) => window.Add(columns2.Write(l, x, i), 0));
    var b = new DurationBuckets(); var g = new RollingGroup(); var e = new ExpiryQueue(columns); var gs = new RollingGroup[22]; for (var i = 0; i < 22; i++) gs[i] = new();
    Go("buckets", (in CompletionLine l, in CompletionNumbers x, int i) => b.Add((uint)x.DurationMs, i & 63));
    Go("group", (in CompletionLine l, in CompletionNumbers x, int i) => g.Count(0, (uint)x.DurationMs, 1));
    Go("groups2", (in CompletionLine l, in CompletionNumbers x, int i) => { gs[i % 12].Count(0, (uint)x.DurationMs, 1); gs[12 + i % 9].Count(0, (uint)x.DurationMs, 1); });
    Go("expiry", (in CompletionLine l, in CompletionNumbers x, int i) => e.Add(i, x.CreatedMs));
    Go("table", (in CompletionLine l, in CompletionNumbers x, int i) => table.Add(x, l, i));
    void Go(string what, Do act)
    {
        var line = default(CompletionLine);
        var gc = GC.GetTotalPauseDuration(); var w = Stopwatch.StartNew();
        for (var i = 0; i < rows; i++)
        {
            reader.TryRead(bytes.AsSpan(ends[i]..ends[i + 1]), ref line);
            CompletionDecoder.TryDecode(line, out var numbers);
            act(line, numbers, i);
        }
        if (round > 0) Console.Write($"{what} {w.Elapsed.TotalNanoseconds / rows:0.0} (gc {(GC.GetTotalPauseDuration()-gc).TotalNanoseconds/rows:0.0}) ");
    }
    Console.WriteLine();
}

internal delegate void Do(in CompletionLine l, in CompletionNumbers x, int i);
