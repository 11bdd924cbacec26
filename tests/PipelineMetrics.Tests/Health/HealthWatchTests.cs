using System.Text;
using PipelineMetrics.Health;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Tests.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Health;

/// <summary>Health of a recorder as it goes on, looked at again and again.</summary>
public sealed class HealthWatchTests : IDisposable
{
    private readonly RecorderBench _bench = new();
    private readonly List<string> _told = [];
    private HealthWatch _watch;

    public HealthWatchTests() => _watch = Watch();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_check_says_since_when_it_is_as_it_is()
    {
        var start = _bench.Now;
        Advance(10);
        Since("backlog").ShouldBe((true, start));
        for (var i = 0; i < 21; i++) await _bench.Register($$"""{"task_id":"t{{i}}","direction":"d"}""");
        Advance(10);
        Since("backlog").ShouldBe((false, start.AddSeconds(20)));
        Advance(10);
        Since("backlog").ShouldBe((false, start.AddSeconds(20)));
        await _bench.Patch("t0", TaskState.Completed);
        Advance(10);
        Since("backlog").ShouldBe((true, start.AddSeconds(40)));
        Since("disk").ShouldBe((true, start));
    }

    [Fact]
    public async Task Changes_are_told_in_order_and_what_was_so_at_the_first_look_is_none()
    {
        for (var i = 0; i < 10; i++) await _bench.Post(Body($"t{i}", ",\"outcome\":\"failure\"").Replace("completed", "failed"));
        _watch.Look().Status.ShouldBe(HealthStatus.Degraded);
        _told.ShouldBeEmpty();
        Advance(3601);
        _watch.Look();
        _bench.Disk.Free = 7;
        _watch.Look();
        _bench.Disk.Free = long.MaxValue;
        Advance(86_400 - 3601);
        _watch.Look();
        Advance(1);
        for (var i = 0; i < 200; i++) await _bench.Post(Body($"u{i}"));
        _watch.Look();
        _told.ShouldBe(["Degraded -> Unhealthy: error_rate, last_completion, disk", "Unhealthy -> Degraded: error_rate, last_completion", "Degraded -> Healthy: "]);
    }

    [Fact]
    public async Task A_runner_that_stops_fails_or_falls_silent_is_told_once()
    {
        foreach (var runner in new[] { "stops", "fails", "silent", "stays" }) await Beat(runner);
        await Beat("was gone", "stopped");
        _watch.Look();
        Advance(300);
        await Beat("stops", "stopped");
        await Beat("fails", "error");
        await Beat("stays");
        _watch.Look();
        _told.Order(StringComparer.Ordinal).ShouldBe(["fails: Error", "stops: Stopped"]);
        Advance(1);
        _watch.Look();
        _watch.Look();
        _told.Where(told => told.Contains("Silent")).ShouldBe(["silent: Silent"]);
        await Beat("silent");
        _watch.Look();
        Advance(301);
        _watch.Look();
        _told.Count(told => told == "silent: Silent").ShouldBe(2, "it was back in between");
    }

    [Fact]
    public async Task After_a_restart_silence_counts_from_the_start_and_nothing_is_told_of_before()
    {
        await Beat("r");
        await Beat("s", "stopped");
        Advance(5000);
        _bench.Restart();
        _watch = Watch();
        Failed().ShouldBeEmpty();
        Advance(300);
        Failed().ShouldBeEmpty();
        Advance(1);
        Failed().ShouldBe(["scheduler_alive", "runner_silent"]);
        _told.ShouldBe(["r: Silent", "Healthy -> Degraded: scheduler_alive, runner_silent"]);
    }

    [Fact]
    public async Task Imported_completions_count_neither_as_failures_nor_as_work()
    {
        for (var i = 0; i < 20; i++) await _bench.Post(Body($"t{i}", $",\"source\":\"{(i % 2 == 0 ? "import" : "git-import")}\"").Replace("completed", "failed"));
        Failed().ShouldBeEmpty();
        await _bench.Register("""{"task_id":"waits","direction":"d"}""");
        Advance(3601);
        Failed().ShouldBe(["last_completion"]);
    }

    [Fact]
    public async Task Refused_writes_are_unhealthy_and_a_disk_that_does_not_say_how_full_it_is_is_not()
    {
        _bench.Disk.LookFault = (call, _) => call == "measure" ? new DiskException(DiskFault.Other, call, "", "who knows") : null;
        _watch.Look().Status.ShouldBe(HealthStatus.Healthy);
        _bench.Disk.Fault = (_, call) => call == "write" ? new DiskException(DiskFault.Full, call, "metrics.jsonl", "no room") : null;
        await _bench.Post(Body("a"));
        _watch.Look().Status.ShouldBe(HealthStatus.Unhealthy);
        _bench.Disk.Fault = null;
        await _bench.Post(Body("a"));
        _watch.Look().Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Damage_and_lines_that_do_not_count_are_told()
    {
        await _bench.Post(Body("a"));
        _bench.AppendForeign("metrics.jsonl", "{\"no\":\"record\"}\nnot json\n");
        await _bench.Post(Body("b"));
        var check = _watch.Look().Checks.Single(watched => watched.Check.Name == "log_damage").Check;
        (check.IsOk, check.Value).ShouldBe((false, 2));
    }

    private HealthWatch Watch()
    {
        var watch = new HealthWatch(new HealthReader(_bench.Recorder, _bench.Disk, new LogOptions(), _bench.Clock), new HealthOptions());
        watch.Changed += change => _told.Add($"{change.From} -> {change.To}: {string.Join(", ", change.Failed.Select(check => check.Name))}");
        watch.RunnerStopped += stop => _told.Add($"{stop.Id}: {stop.State}");
        return watch;
    }

    private void Advance(double seconds) => _bench.Clock.Advance(TimeSpan.FromSeconds(seconds));

    private (bool, DateTimeOffset) Since(string name)
    {
        var watched = _watch.Look().Checks.Single(check => check.Check.Name == name);
        return (watched.Check.IsOk, watched.Since);
    }

    private IEnumerable<string> Failed() => _watch.Look().Checks.Where(watched => !watched.Check.IsOk).Select(watched => watched.Check.Name);

    private async Task Beat(string runner, string status = "running")
    {
        var json = Encoding.UTF8.GetBytes($$"""{"status":"{{status}}"}""");
        Heartbeat.TryRead(runner, json, _bench.Recorder.Arriving(false), out var heartbeat, out _).ShouldBeTrue();
        (await _bench.Recorder.HearAsync(heartbeat, json.Length)).IsKept.ShouldBeTrue();
    }
}
