using System.Text.Json;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

public sealed class DurabilityTests
{
    [Fact]
    public async Task What_was_acknowledged_survives_a_power_cut_at_every_disk_call()
    {
        var calls = 1;
        while (await SurvivesAsync(calls)) calls++;
        calls.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task The_live_state_equals_the_replayed_state()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var bench = new RecorderBench(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
            var random = new Random(seed);
            for (var i = 0; i < 60; i++) await Anything(bench, random);
            // A commit follows what others appended last.
            await bench.Post(Body("last"));
            var (answer, version, tasks) = (Text(bench.Answer()), bench.Recorder.Completions.Version, Text(Tasks(bench)));
            bench.Restart();
            bench.Recorder.Completions.Version.ShouldBe(version, $"seed {seed}");
            Text(bench.Answer()).ShouldBe(answer, $"seed {seed}");
            Text(Tasks(bench)).ShouldBe(tasks, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_full_disk_keeps_nothing_and_the_next_one_works_when_there_is_room()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        bench.Disk.Fault = (_, call) => call == "write" ? new DiskException(DiskFault.Full, call, "metrics.jsonl", "no room") : null;
        (await bench.Post(Body("b", ""","id":"x" """))).Verdict.ShouldBe(Verdict.DiskFull);
        bench.Figures.Total.ShouldBe(1);
        bench.Disk.Fault = null;
        (await bench.Post(Body("b", ""","id":"x" """))).Verdict.ShouldBe(Verdict.Stored);
        bench.Restart();
        bench.Figures.Total.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_failed_sync_nothing_is_stored_and_reading_goes_on()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a"));
        bench.Disk.Fault = (_, call) => call == "sync" ? new DiskException(DiskFault.SyncFailed, call, "metrics.jsonl", "I/O error") : null;
        (await bench.Post(Body("b"))).Code.ShouldBe("log_stopped");
        bench.Disk.Fault = null;
        (await bench.Post(Body("c"))).Code.ShouldBe("log_stopped");
        bench.Recorder.Stopped.ShouldNotBeNull();
        bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task When_the_commit_thread_dies_every_caller_hears_of_it()
    {
        using var bench = new RecorderBench();
        bench.Disk.Fault = (_, _) => throw new InvalidCastException("something nobody thought of");
        var receipts = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => bench.Post(Body($"t{i}"))));
        receipts.ShouldAllBe(r => r.Verdict == Verdict.Unavailable);
        bench.Disk.Fault = null;
        (await bench.Post(Body("later"))).Code.ShouldBe("log_stopped");
        bench.Recorder.Stopped!.ShouldContain("commit thread");
    }

    [Fact]
    public async Task Lines_of_others_are_counted_and_a_known_id_among_them_is_left_out()
    {
        using var bench = new RecorderBench();
        await bench.Post(Body("a", ""","id":"x" """));
        bench.AppendForeign("metrics.jsonl", """
            {"task_id":"f","status":"failed","created_at":"2026-01-02T03:00:00Z","duration_seconds":1}
            {"task_id":"f","status":"failed","created_at":"2026-01-02T03:00:00Z","duration_seconds":1,"id":"x"}
            {"task_id":"naive","status":"failed","created_at":"2026-01-02T03:00:00","duration_seconds":1}

            """);
        await bench.Post(Body("b"));
        (bench.Figures.Completed, bench.Figures.Failed, bench.Recorder.LeftOut.Count).ShouldBe((2, 1, 2));
        bench.Restart();
        (bench.Figures.Completed, bench.Figures.Failed, bench.Recorder.LeftOut.Count).ShouldBe((2, 1, 2));
    }

    [Fact]
    public async Task Nothing_is_visible_before_it_is_synced()
    {
        using var bench = new RecorderBench();
        using var sync = new HeldSync(bench);
        var posting = bench.Post(Body("a"));
        await sync.Reached;
        bench.Figures.Total.ShouldBe(0);
        posting.IsCompleted.ShouldBeFalse();
        sync.Release();
        (await posting).Verdict.ShouldBe(Verdict.Stored);
        bench.Figures.Total.ShouldBe(1);
    }

    [Fact]
    public async Task When_too_much_waits_for_the_disk_callers_are_told_to_come_back()
    {
        using var bench = new RecorderBench();
        using var sync = new HeldSync(bench);
        var first = bench.Post(Body("a"));
        await sync.Reached;
        var large = Body("b", $",\"metadata\":{{\"x\":\"{new string('x', 8000)}\"}}");
        var waiting = Enumerable.Range(0, 200).Select(_ => bench.Post(large)).ToList();
        var refused = waiting.Where(w => w.IsCompleted).ToList();
        refused.Count.ShouldBeInRange(50, 100);
        (await Task.WhenAll(refused)).ShouldAllBe(r => r.Code == "busy");
        sync.Release();
        (await Task.WhenAll(waiting)).Count(r => r.Verdict == Verdict.Stored).ShouldBe(200 - refused.Count);
        (await first).Verdict.ShouldBe(Verdict.Stored);
    }

    [Fact]
    public async Task A_stopped_recorder_has_answered_what_it_took_and_takes_nothing_more()
    {
        var bench = new RecorderBench();
        var posting = Enumerable.Range(0, 100).Select(i => bench.Post(Body($"t{i}"))).ToList();
        bench.Recorder.Dispose();
        var receipts = await Task.WhenAll(posting);
        receipts.Count(r => r.Verdict == Verdict.Stored).ShouldBe(bench.Lines().Length);
        (await bench.Post(Body("later"))).Code.ShouldBe("stopping");
    }

    /// <summary>False when the workload ended before the call came at which the machine should die.</summary>
    private static async Task<bool> SurvivesAsync(int dieAt)
    {
        var bench = new RecorderBench();
        bench.Disk.DiesAtCall = bench.Disk.Calls + dieAt;
        var (acknowledged, refused) = (new List<string>(), 0);
        await bench.Register("""{"task_id":"task","direction":"d"}""");
        for (var i = 0; i < 12; i++)
        {
            var receipts = await bench.PostAll(Body("u", $""","id":"{i}" """), Body("task", $""","id":"task-{i}" """));
            acknowledged.AddRange(receipts.Where(r => r.Verdict == Verdict.Stored).Select(r => r.Id!));
            refused += receipts.Count(r => r.Verdict == Verdict.Unavailable);
        }
        if (refused == 0) return false;
        bench.Crash();
        foreach (var id in acknowledged) bench.Recorder.FindCompletion(id).ShouldNotBeNull($"'{id}' after a crash at call {dieAt}");
        bench.Figures.Total.ShouldBeGreaterThanOrEqualTo(acknowledged.Count);
        bench.Figures.Total.ShouldBe(bench.Lines().Length);
        bench.Dispose();
        return true;
    }

    private static async Task Anything(RecorderBench bench, Random random)
    {
        bench.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(5000)));
        var task = $"t{random.Next(4)}";
        var id = $"id-{random.Next(20)}";
        switch (random.Next(7))
        {
            case 0:
                await bench.Register($$"""{"task_id":"{{task}}","direction":"d","task_type":"spec","model":"gpt-5"}""");
                break;
            case 1:
                await bench.Patch(task, TaskStates.All[random.Next(6)], random.Next(2) == 0 ? "r1" : null, """{"actual_output_tokens":12}""");
                break;
            case 2:
                await bench.PostAll(Body(task, $""","id":"{id}","unheard_of":1.50"""), Body("free"), Body(task, ""","model":"gpt-5","actual_input_tokens":5"""));
                break;
            case 3:
                await bench.Post($$"""{"revises":"{{id}}","turns":{{random.Next(9)}},"status":"failed"}""");
                break;
            case 4:
                bench.AppendForeign("metrics.jsonl", $$"""{"task_id":"f","status":"failed","created_at":"2026-01-01T00:00:00Z","id":"{{id}}"}""" + "\n");
                break;
            case 5 when random.Next(4) == 0:
                bench.Restart();
                break;
            default:
                await bench.Post($$"""{"task_id":"{{task}}","duration_seconds":{{random.Next(100)}},"outcome":"{{(random.Next(2) == 0 ? "cancelled" : "timeout")}}"}""");
                break;
        }
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value);

    private static List<TaskView> Tasks(RecorderBench bench) => [.. bench.Recorder.Tasks.List(_ => true, 100).Tasks];

    /// <summary>A sync that takes as long as the test wants.</summary>
    private sealed class HeldSync : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();
        private readonly RecorderBench _bench;

        public HeldSync(RecorderBench bench)
        {
            _bench = bench;
            bench.Disk.Fault = (_, call) =>
            {
                if (call != "sync") return null;
                _reached.TrySetResult();
                _release.Wait();
                return null;
            };
        }

        public Task Reached => _reached.Task;

        public void Release()
        {
            _bench.Disk.Fault = null;
            _release.Set();
        }

        public void Dispose()
        {
            Release();
            _release.Dispose();
        }
    }
}
