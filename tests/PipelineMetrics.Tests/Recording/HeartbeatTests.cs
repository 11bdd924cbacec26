using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Tests.Recording;

public sealed class HeartbeatTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Only_changes_of_state_are_stored()
    {
        foreach (var status in new[] { "running", "running", "error", "error", "running", "stopped", "stopped" })
        {
            (await Beat($$"""{"status":"{{status}}","reason":"because"}""")).IsKept.ShouldBeTrue();
            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Types().ShouldBe(["runner:started", "runner:error", "runner:started", "runner:stopped"]);
        var line = JsonElement.Parse(_bench.Lines("events.jsonl")[1]);
        (line.GetProperty("entity_type").GetString(), line.GetProperty("entity_id").GetString()).ShouldBe(("runner", "r"));
        (line.GetProperty("source").GetString(), line.GetProperty("reason").GetString()).ShouldBe(("heartbeat", "because"));
        line.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(_bench.Now.AddSeconds(-5));
    }

    [Fact]
    public async Task A_flood_of_heartbeats_does_not_touch_the_disk()
    {
        await Beat();
        var calls = _bench.Disk.Calls;
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => Beat($$"""{"cpu_percent":{{i}}}""")));
        _bench.Disk.Calls.ShouldBe(calls);
        _bench.Recorder.Runners.Usage("r", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)!.Single().Heartbeats.ShouldBe(10_001);
    }

    [Fact]
    public async Task What_heartbeats_said_outlives_the_lines_that_leave()
    {
        await Beat("""{"cpu_percent":7}""");
        (await _bench.Compact())!.Archived.ShouldNotBeEmpty();
        _bench.Recorder.Runners.Find("r").ShouldNotBeNull().CpuPercent.ShouldBe(7);
        await Beat("""{"cpu_percent":9}""");
        _bench.Recorder.Runners.Usage("r", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)!.Single().Heartbeats.ShouldBe(2);
        Types().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_heartbeats_of_a_runner_are_stored_once_however_many_come_at_once()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Beat()));
        receipts.ShouldAllBe(receipt => receipt.IsKept);
        receipts.Count(receipt => receipt.Verdict == Verdict.Stored).ShouldBe(1);
        Types().ShouldBe(["runner:started"]);
    }

    [Fact]
    public async Task A_restart_knows_the_last_state_and_stores_nothing_for_a_runner_that_goes_on()
    {
        await Beat("""{"cpu_percent":5,"reason":"fresh"}""");
        await Beat("""{"status":"error","reason":"broken"}""", "other");
        _bench.Clock.Advance(TimeSpan.FromMinutes(3));
        await Beat();
        _bench.Restart();
        var view = _bench.Recorder.Runners.Find("r")!;
        (view.Said, view.SendsHeartbeats, view.LastSeen, view.CpuPercent).ShouldBe((RunnerState.Running, true, _bench.Now.AddMinutes(-3), null));
        (_bench.Recorder.Runners.Find("other")!.Said, _bench.Recorder.Runners.Find("other")!.Reason).ShouldBe((RunnerState.Error, "broken"));
        (await Beat()).Verdict.ShouldBe(Verdict.Duplicate);
        Types().Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_live_states_equal_the_replayed_ones()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            using var bench = new RecorderBench();
            var random = new Random(seed);
            for (var i = 0; i < 40; i++) await Anything(bench, random);
            var live = States(bench);
            bench.Restart();
            States(bench).ShouldBe(live, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_change_that_cannot_be_stored_is_refused_and_the_runner_was_heard_all_the_same()
    {
        await Beat();
        _bench.Clock.Advance(TimeSpan.FromSeconds(10));
        _bench.Disk.Fault = (_, call) => call == "write" ? new DiskException(DiskFault.Full, call, "events.jsonl", "no room") : null;
        (await Beat("""{"status":"stopped"}""")).Verdict.ShouldBe(Verdict.DiskFull);
        (await Beat()).IsKept.ShouldBeTrue("what needs no room is taken");
        (await Beat(runner: "new")).Verdict.ShouldBe(Verdict.DiskFull);
        (_bench.Recorder.Runners.Find("r")!.Said, _bench.Recorder.Runners.Find("r")!.LastSeen).ShouldBe((RunnerState.Running, _bench.Now));
        _bench.Recorder.Runners.Find("new").ShouldBeNull();
        _bench.Disk.Fault = null;
        (await Beat("""{"status":"stopped"}""")).Verdict.ShouldBe(Verdict.Stored);
        _bench.Recorder.Runners.Find("r")!.Said.ShouldBe(RunnerState.Stopped);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_no_heartbeat_a_change()
    {
        await Beat();
        _bench.Clock.Advance(TimeSpan.FromHours(-1));
        await Beat();
        await Beat("""{"status":"error"}""");
        await Beat("""{"status":"error"}""");
        Types().ShouldBe(["runner:started", "runner:error"]);
    }

    private static async Task Anything(RecorderBench bench, Random random)
    {
        var runner = $"r{random.Next(3)}";
        bench.Clock.Advance(TimeSpan.FromSeconds(random.Next(-20, 60)));
        if (random.Next(3) > 0)
        {
            await Beat(bench, $$"""{"status":"{{new[] { "running", "stopped", "error" }[random.Next(3)]}}"}""", runner);
            return;
        }
        var at = Instant.ToText(bench.Now.AddSeconds(random.Next(-100, 100)));
        await bench.Tell(
            $$"""{"event_type":"runner:{{new[] { "started", "stopped", "error", "paused" }[random.Next(4)]}}","entity_id":"{{runner}}","timestamp":"{{at}}","source":"{{new[] { "api", "import" }[random.Next(2)]}}"}""");
    }

    private static string States(RecorderBench bench) => string.Join(
        ", ", bench.Recorder.Runners.All.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => $"{r.Id} {r.Said} {r.SendsHeartbeats}"));

    private Task<Receipt> Beat(string json = "", string runner = "r") => Beat(_bench, json, runner);

    private static Task<Receipt> Beat(RecorderBench bench, string json, string runner)
    {
        Heartbeat.TryRead(runner, Encoding.UTF8.GetBytes(json), bench.Recorder.Arriving(false), out var heartbeat, out var rejection).ShouldBeTrue(rejection?.Reason);
        return bench.Recorder.HearAsync(heartbeat, json.Length);
    }

    private string?[] Types() => [.. _bench.Lines("events.jsonl").Select(line => JsonElement.Parse(line).GetProperty("event_type").GetString())];
}
