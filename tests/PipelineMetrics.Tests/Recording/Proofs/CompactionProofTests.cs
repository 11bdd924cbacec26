using System.Text.Json;
using System.Text.RegularExpressions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.History;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>Whatever happened before, beside and after it, a compaction leaves what a service knows that was only given what stays.</summary>
public sealed class CompactionProofTests
{
    [Fact]
    public Task After_any_history_the_figures_are_those_of_what_stays_and_a_start_changes_nothing() =>
        Seeds.ForEachAsync(ProofSize.Cases(24, 3000), async seed =>
        {
            using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
            var random = new Random(seed);
            for (var i = 0; i < 60; i++)
            {
                await StepAsync(bench, random, i);
                if (random.Next(8) != 0) continue;
                await bench.Compact(bench.Now.AddMinutes(-random.Next(-10, 300)), seal: random.Next(4) != 0);
                // A commit follows what others appended last.
                await bench.Post(Body("next"));
                ShouldKnowWhatStays(bench);
            }
            await bench.Post(Body("last"));
            var before = Seen(bench);
            bench.Restart();
            Difference(before, Seen(bench)).ShouldBe("");
            JournalVerifier.Verify(bench.Disk, new LogOptions { Directory = LogBench.Directory }).Damage.ShouldBeEmpty();
        });

    [Fact]
    public async Task Recording_and_reading_go_on_while_the_log_is_compacted()
    {
        using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
        using var done = new CancellationTokenSource();
        var ids = Enumerable.Range(0, 4).Select(sender => Task.Run(() => SendAsync(bench, sender))).ToList();
        var reading = Task.Run(() => Read(bench, done.Token));
        var left = 0;
        while (!Task.WhenAll(ids).IsCompleted) left += (await bench.Compact())!.Archived.Count;
        await done.CancelAsync();
        await reading;

        left.ShouldBeGreaterThan(2);
        var sent = (await Task.WhenAll(ids)).SelectMany(id => id).ToList();
        for (var start = 0; start < 2; start++)
        {
            foreach (var id in sent) bench.Recorder.FindCompletion(id).ShouldNotBeNull(id);
            (bench.Recorder.CarriedOver.Completed + bench.Figures.Completed).ShouldBe(sent.Count);
            bench.Recorder.Tasks.List(_ => true, 1).Total.ShouldBe(bench.Recorder.Tasks.Count);
            bench.Restart();
        }
        JournalVerifier.Verify(bench.Disk, new LogOptions { Directory = LogBench.Directory }).Damage.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_acknowledged_is_known_after_a_crash_at_any_call_of_a_compaction()
    {
        var calls = 1;
        while (await SurvivesAsync(calls)) calls++;
        calls.ShouldBeGreaterThan(20);
    }

    /// <summary>False when the compaction ended before the call came at which the machine should die.</summary>
    private static async Task<bool> SurvivesAsync(int dieAt)
    {
        var bench = new RecorderBench();
        await bench.Register("""{"task_id":"task","direction":"d"}""");
        await bench.PostAll(Body("a", ",\"id\":\"a\""), Body("task", ",\"id\":\"b\""), """{"task_id":"c","id":"c","duration_seconds":1,"status":"failed"}""");
        await bench.Compact(DateTimeOffset.MinValue);
        await bench.Post(Body("d", ",\"id\":\"d\""));
        bench.Disk.DiesAtCall = bench.Disk.Calls + dieAt;
        var died = await DiesAsync(bench);
        bench.Crash();
        foreach (var id in "abcd") bench.Recorder.FindCompletion($"{id}").ShouldNotBeNull($"'{id}' after a crash at call {dieAt}");
        (bench.Recorder.CarriedOver.Completed + bench.Figures.Completed, bench.Recorder.CarriedOver.Failed + bench.Figures.Failed).ShouldBe((3, 1));
        bench.Recorder.LeftOut.Count.ShouldBe(0);
        if (bench.Recorder.Tasks.FindByTaskId("task") is [var task]) task.State.ShouldBe(TaskState.Completed);
        await bench.Compact();
        bench.Figures.Total.ShouldBe(0);
        bench.Dispose();
        return died;
    }

    private static async Task<bool> DiesAsync(RecorderBench bench)
    {
        try
        {
            await bench.Compact();
            return false;
        }
        catch (Exception e) when (e is SimDisk.PowerLoss or OperationCanceledException)
        {
            return true;
        }
    }

    private static async Task<List<string>> SendAsync(RecorderBench bench, int sender)
    {
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var id = $"s{sender}-{i}";
            if (i % 5 == 0) await bench.Register($$"""{"task_id":"{{id}}","direction":"d"}""");
            var receipt = await bench.Post(Body(id, $",\"id\":\"{id}\",\"metadata\":{{\"x\":\"{new string('x', 3000)}\"}}"));
            receipt.Verdict.ShouldBe(Verdict.Stored, receipt.Reason);
            ids.Add(id);
        }
        return ids;
    }

    // A walk that began before something left reads on, one that begins later begins with what stays: never a gap inside a stream.
    private static void Read(RecorderBench bench, CancellationToken done)
    {
        do
        {
            long last = 0;
            var page = bench.Recorder.History.Forward(default, HistoryFilter.All, 1000);
            foreach (var line in page.Lines)
            {
                line.Position.Seq.ShouldBeGreaterThan(last);
                last = line.Position.Seq;
            }
            bench.Answer().Overall.Total.ShouldBeGreaterThanOrEqualTo(0);
        }
        while (!done.IsCancellationRequested);
    }

    private static async Task StepAsync(RecorderBench bench, Random random, int step)
    {
        bench.Clock.Advance(TimeSpan.FromSeconds(random.Next(1200)));
        var (task, id) = ($"t{random.Next(5)}", $"id-{random.Next(30)}");
        switch (random.Next(8))
        {
            case 0:
                await bench.Register($$"""{"task_id":"{{task}}","direction":"d","task_type":"spec"}""");
                break;
            case 1 or 2:
                await bench.Patch(task, TaskStates.All[random.Next(6)], random.Next(2) == 0 ? "r1" : null, """{"actual_output_tokens":12}""");
                break;
            case 3:
                await bench.PostAll(Body(task, $",\"id\":\"{id}\",\"unheard_of\":1.50"), Body("free"), Body(task, ",\"model\":\"gpt-5\",\"actual_input_tokens\":5"));
                break;
            case 4:
                await bench.Post($$"""{"revises":"{{id}}","turns":{{random.Next(9)}},"status":"failed","actual_cost_usd_micros":{{random.Next(99)}}}""");
                break;
            case 5:
                bench.AppendForeign("metrics.jsonl", $$"""{"task_id":"f","status":"failed","created_at":"2026-01-01T00:00:00Z","id":"foreign-{{step}}"}""" + "\n");
                break;
            case 6 when random.Next(3) == 0:
                bench.Restart();
                break;
            default:
                await bench.Post($$"""{"task_id":"{{task}}","duration_seconds":{{random.Next(100)}},"outcome":"{{(random.Next(2) == 0 ? "cancelled" : "timeout")}}"}""");
                break;
        }
    }

    private static void ShouldKnowWhatStays(RecorderBench bench)
    {
        using var other = bench.WithKeptFilesOnly();
        (Figures(bench) == Figures(other)).ShouldBeTrue($"{bench.Figures} with {bench.Recorder.Completions.Rows} rows, not {other.Figures} with {other.Recorder.Completions.Rows}");
        var before = Seen(bench);
        bench.Restart();
        Difference(before, Seen(bench)).ShouldBe("");
    }

    // Where two long texts part, instead of both.
    private static string Difference(string one, string other)
    {
        if (one == other) return "";
        var same = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        static string From(string text, int at) => text.Substring(Math.Max(0, at - 200), Math.Min(300, text.Length - Math.Max(0, at - 200)));
        return $"{From(one, same)} became {From(other, same)}";
    }

    // Without the places, which count files.
    private static string Figures(RecorderBench bench)
    {
        var answer = bench.Answer();
        return Regex.Replace(JsonSerializer.Serialize((answer.Overall, answer.Groups), WithFields), "\"Place\":\\d+", "");
    }

    private static string Seen(RecorderBench bench) => JsonSerializer.Serialize(new
    {
        Answer = bench.Answer(),
        bench.Recorder.Completions.Version,
        bench.Recorder.Tasks.List(_ => true, 100).Tasks,
        bench.Recorder.Log.Archive.CarriedOver,
        Pipeline = bench.Recorder.Pipeline.Figures(PipelineScope.Everything, CancellationToken.None),
        Prediction = bench.Recorder.Predictor.Predict(new TaskKind("unknown", null), TimeRange.Between(null, null), bench.Now),
    });

    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };
}
