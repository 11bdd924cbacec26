using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class RunnerBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly RunnerBook _book = new();

    [Theory]
    [InlineData(300_000, RunnerState.Running), InlineData(300_001, RunnerState.Silent), InlineData(-5_000, RunnerState.Running)]
    public void A_runner_is_silent_when_it_was_heard_longer_ago_than_allowed(long agoMs, RunnerState state)
    {
        var runner = new RunnerView("r", RunnerState.Running, Now.AddMilliseconds(-agoMs));
        runner.StateAt(Now, DateTimeOffset.MinValue, TimeSpan.FromSeconds(300)).ShouldBe(state);
        (runner with { Said = RunnerState.Stopped }).StateAt(Now, DateTimeOffset.MinValue, TimeSpan.FromSeconds(300)).ShouldBe(RunnerState.Stopped);
    }

    [Fact]
    public void What_was_sent_while_nobody_listened_is_not_held_against_a_runner()
    {
        var runner = new RunnerView("r", RunnerState.Running, Now.AddDays(-9));
        runner.StateAt(Now, Now.AddSeconds(-300), TimeSpan.FromSeconds(300)).ShouldBe(RunnerState.Running);
        runner.StateAt(Now, Now.AddSeconds(-301), TimeSpan.FromSeconds(300)).ShouldBe(RunnerState.Silent);
    }

    [Fact]
    public void Events_tell_how_a_runner_is_and_imported_or_late_ones_change_nothing()
    {
        Tell("runner:started");
        Tell("runner:error", reason: "no key");
        _book.Find("r").ShouldBe(new RunnerView("r", RunnerState.Error, Now) { Reason = "no key" });
        Tell("runner:stopped", source: "import");
        Tell("runner:stopped", source: "git-import");
        Tell("runner:stopped", at: Now.AddMilliseconds(-1));
        Tell("runner:paused");
        _book.Find("r")!.Said.ShouldBe(RunnerState.Error);
        Tell("runner:stopped", at: Now.AddHours(-1), source: "heartbeat");
        _book.Find("r").ShouldBe(new RunnerView("r", RunnerState.Stopped, Now.AddHours(-1)) { SendsHeartbeats = true });
        _book.Find("s").ShouldBeNull();
        _book.Apply(Event("runner:started", "elsewhere", Now.AddDays(-1), "heartbeat", null, receivedAt: Now));
        _book.Find("elsewhere")!.SendsHeartbeats.ShouldBeFalse("another service heard it");
    }

    [Fact]
    public void A_heartbeat_that_says_what_the_log_says_is_taken_and_any_other_must_be_logged_first()
    {
        _book.Hear(Beat(), Now).ShouldBeFalse();
        _book.Count.ShouldBe(0);
        Tell("runner:started");
        _book.Hear(Beat(), Now).ShouldBeFalse("nothing in the log says that it sends heartbeats");
        Tell("runner:started", source: "heartbeat");
        _book.Hear(Beat("""{"cpu_percent":12.5,"memory_bytes":7}"""), Now.AddSeconds(5)).ShouldBeTrue();
        _book.Find("r").ShouldBe(new RunnerView("r", RunnerState.Running, Now.AddSeconds(5)) { SendsHeartbeats = true, CpuPercent = 12.5m, MemoryBytes = 7 });
        _book.Hear(Beat("""{"status":"stopped"}"""), Now.AddSeconds(6)).ShouldBeFalse();
        (_book.Find("r")!.Said, _book.Find("r")!.LastSeen).ShouldBe((RunnerState.Running, Now.AddSeconds(6)));
        _book.Hear(Beat(), Now.AddSeconds(7)).ShouldBeTrue();
        _book.Find("r")!.CpuPercent.ShouldBeNull("the last heartbeat did not say it");
    }

    [Fact]
    public void Of_too_many_runners_the_one_that_was_heard_longest_ago_is_forgotten()
    {
        for (var i = 0; i < RunnerBook.MostRunners; i++) Tell("runner:started", runner: $"r{i}", source: "heartbeat");
        _book.Hear(Beat(runner: "r0"), Now.AddSeconds(1)).ShouldBeTrue();
        Tell("runner:started", runner: "new");
        _book.Count.ShouldBe(RunnerBook.MostRunners);
        (_book.Find("r0"), _book.Find("r1"), _book.Find("r2"), _book.Find("new")).ShouldSatisfyAllConditions(
            found => found.Item1.ShouldNotBeNull(), found => found.Item2.ShouldBeNull(), found => found.Item3.ShouldNotBeNull(), found => found.Item4.ShouldNotBeNull());
        _book.All.Count.ShouldBe(RunnerBook.MostRunners);
    }

    [Fact]
    public void Usage_is_what_the_heartbeats_of_each_minute_said() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var book = new RunnerBook();
        var said = new List<(DateTimeOffset At, string Runner, decimal? Cpu, decimal? Memory)>();
        foreach (var runner in new[] { "a", "b" }) book.Apply(Event("runner:started", runner, Now, "heartbeat", null));
        for (var (i, at) = (0, Now); i < 60; i++, at = at.AddSeconds(random.Next(40)))
        {
            said.Add((at, random.Next(2) == 0 ? "a" : "b", random.Next(3) == 0 ? null : random.Next(4000) / 8m, random.Next(3) == 0 ? null : random.Next(100)));
            book.Hear(Beat(Json(said[^1].Cpu, said[^1].Memory), said[^1].Runner), at).ShouldBeTrue();
        }
        var (from, before) = (Now.AddSeconds(random.Next(600)), Now.AddSeconds(600 + random.Next(600)));
        var expected = said.Where(s => s.Runner == "a").GroupBy(s => s.At.AddSeconds(-s.At.Second))
            .Where(minute => minute.Key.AddMinutes(1) > from && minute.Key < before)
            .Select(minute => new UsageMinute(minute.Key, minute.Count(), Figures(minute.Select(s => s.Cpu)), Figures(minute.Select(s => s.Memory))));
        book.Usage("a", from, before).ShouldBe(expected);
    }));

    [Fact]
    public void Usage_is_kept_for_24_hours_and_never_takes_more_than_its_room()
    {
        Tell("runner:started", source: "heartbeat");
        for (var minute = 0; minute < 1500; minute++) _book.Hear(Beat(), Now.AddMinutes(minute));
        var kept = _book.Usage("r", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)!;
        (kept.Count, kept[0].From, kept[^1].From).ShouldBe((1440, Now.AddMinutes(60), Now.AddMinutes(1499)));
        _book.Usage("nobody", Now, Now).ShouldBeNull();

        var history = new UsageHistory(mostMinutes: 5);
        var (a, b) = (new RunnerUsage(), new RunnerUsage());
        for (var minute = 0; minute < 4; minute++)
        {
            history.Add(a, Beat(), Now.AddMinutes(minute));
            history.Add(b, Beat(), Now.AddMinutes(minute));
        }
        int[] Minutes(RunnerUsage usage) => [.. usage.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Select(m => (int)(m.From - Now).TotalMinutes)];
        Minutes(a).ShouldBe([2, 3]);
        Minutes(b).ShouldBe([1, 2, 3]);
    }

    private static UsageFigures? Figures(IEnumerable<decimal?> values) =>
        values.OfType<decimal>().ToList() is { Count: > 0 } known ? new UsageFigures(known.Sum() / known.Count, known.Max()) : null;

    private static string Json(decimal? cpu, decimal? memory) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"cpu_percent\":{(cpu is null ? "null" : cpu)},\"memory_bytes\":{(memory is null ? "null" : memory)}}}");

    private static Heartbeat Beat(string json = "", string runner = "r")
    {
        Heartbeat.TryRead(runner, Encoding.UTF8.GetBytes(json), new ReadingRules(Now), out var heartbeat, out var rejection).ShouldBeTrue(rejection?.Reason);
        return heartbeat;
    }

    private void Tell(string type, DateTimeOffset? at = null, string? source = null, string? reason = null, string runner = "r") =>
        _book.Apply(Event(type, runner, at ?? Now, source, reason));

    private static PipelineEvent Event(string type, string runner, DateTimeOffset at, string? source, string? reason, DateTimeOffset? receivedAt = null)
    {
        var draft = new EventDraft { EventType = type, EntityId = runner, Timestamp = at, Source = source, Reason = reason, ReceivedAt = receivedAt };
        PipelineEvent.TryCreate(draft, ReadingRules.Stored, out var made, out var rejection).ShouldBeTrue(rejection?.Reason);
        return made;
    }
}
