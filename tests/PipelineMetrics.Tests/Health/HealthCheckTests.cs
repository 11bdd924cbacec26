using FsCheck.Fluent;
using PipelineMetrics.Health;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Health;

public sealed class HealthCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HealthFacts Nothing = new() { Now = Now, ListeningSince = Now.AddDays(-1) };

    [Fact]
    public void An_empty_system_is_healthy_and_every_check_says_why()
    {
        var checks = HealthChecks.Of(Nothing, new HealthOptions());
        checks.Select(check => (check.Name, check.IsOk, check.Message)).ShouldBe(
        [
            ("scheduler_alive", true, "no runner has ever sent a heartbeat"),
            ("backlog", true, "0 tasks are pending"),
            ("error_rate", true, "0 attempts in 24 hours are too few to judge, 10 are needed"),
            ("last_completion", true, "nothing has finished yet, and there is nothing to do"),
            ("writes", true, "what arrives is stored"),
            ("disk", true, "how much is free on the file system of the log is not known"),
            ("log_damage", true, "the log is whole"),
            ("runner_silent", true, "no heartbeat is expected"),
        ]);
        HealthChecks.StatusOf(checks).ShouldBe(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData(20, true), InlineData(21, false), InlineData(0, true)]
    public void Twenty_pending_tasks_are_fine_and_one_more_is_not(long pending, bool isOk) =>
        Check("backlog", Nothing with { Pending = pending, LastCompletion = Now }).ShouldBe(new HealthCheck("backlog", isOk, pending, 20, $"{pending} tasks are pending"));

    [Theory]
    [InlineData(9, 1, true), InlineData(8, 2, false), InlineData(899, 100, false), InlineData(900, 100, true), InlineData(0, 9, true), InlineData(0, 10, false)]
    public void One_in_ten_may_fail_and_fewer_than_ten_are_not_judged(long completed, long failed, bool isOk) =>
        Check("error_rate", Nothing with { Completed = completed, Failed = failed }).IsOk.ShouldBe(isOk);

    [Fact]
    public void A_rate_is_compared_as_it_is_and_not_as_it_is_shown()
    {
        var check = Check("error_rate", Nothing with { Completed = 899_999, Failed = 100_001 });
        (check.IsOk, check.Value, check.Threshold).ShouldBe((false, 0.1m, 0.1m));
        Check("error_rate", Nothing with { Completed = 2, Failed = 1 }).Value.ShouldBe(0.3333m);
    }

    [Theory]
    [InlineData(3_600_000, true), InlineData(3_600_001, false), InlineData(-300_000, true)]
    public void Nothing_may_finish_for_an_hour_and_not_longer(long agoMs, bool isOk)
    {
        var check = Check("last_completion", Nothing with { LastCompletion = Now.AddMilliseconds(-agoMs) });
        (check.IsOk, check.Value).ShouldBe((isOk, Math.Max(0, agoMs) / 1000m));
    }

    [Fact]
    public void Idleness_counts_from_the_start_and_only_where_there_is_something_to_do()
    {
        var facts = Nothing with { ListeningSince = Now.AddSeconds(-3600) };
        Check("last_completion", facts with { LastCompletion = Now.AddDays(-9) }).IsOk.ShouldBeTrue();
        var late = facts with { Now = Now.AddMilliseconds(1) };
        Check("last_completion", late).IsOk.ShouldBeTrue("there is nothing to do");
        Check("last_completion", late with { Pending = 1 }).IsOk.ShouldBeFalse();
        Check("last_completion", late with { Active = 1 }).IsOk.ShouldBeFalse();
        Check("last_completion", late with { Runners = [Runner("r", 0)] }).IsOk.ShouldBeFalse();
        Check("last_completion", late with { Runners = [Runner("r", 0) with { SendsHeartbeats = false }] }).IsOk.ShouldBeTrue("nobody expects anything of it");
        Check("last_completion", late with { LastCompletion = Now.AddDays(-9) }).Message.ShouldBe("no attempt has finished since the service started 3600.001 s ago");
    }

    [Fact]
    public void The_scheduler_is_alive_while_any_runner_sends_heartbeats_whatever_they_say()
    {
        var facts = Nothing with { Runners = [Runner("a", 300), Runner("b", 9999), Runner("quiet", 1) with { SendsHeartbeats = false }] };
        var check = Check("scheduler_alive", facts);
        (check.IsOk, check.Value, check.Message).ShouldBe((true, 300, "the last heartbeat, of 'a', came 300 s ago"));
        Check("scheduler_alive", facts with { Now = Now.AddMilliseconds(1) }).IsOk.ShouldBeFalse();
        Check("scheduler_alive", Nothing with { Runners = [Runner("a", 301) with { Said = RunnerState.Stopped }] }).IsOk.ShouldBeFalse();
        Check("scheduler_alive", Nothing with { Runners = [Runner("a", 9999) with { SendsHeartbeats = false }] }).IsOk.ShouldBeTrue();
        Check("scheduler_alive", facts with { ListeningSince = Now }).Value.ShouldBe(0, "nobody listened before");
    }

    [Fact]
    public void An_expected_runner_that_fell_silent_is_named_and_one_that_said_why_is_not()
    {
        var facts = Nothing with { Runners = [Runner("a", 300), Runner("b", 100), Runner("c", 9999) with { Said = RunnerState.Stopped }] };
        (Check("runner_silent", facts).IsOk, Check("runner_silent", facts).Message).ShouldBe((true, "2 runners send heartbeats"));
        var late = facts with { Now = Now.AddMilliseconds(1) };
        (Check("runner_silent", late).IsOk, Check("runner_silent", late).Message).ShouldBe((false, "nothing is heard of 'a'"));
        var many = Nothing with { Runners = [.. Enumerable.Range(1, 5).Select(i => Runner($"r{i}", 301)), Runner("quiet", 9999) with { SendsHeartbeats = false }] };
        Check("runner_silent", many).Message.ShouldBe("nothing is heard of 'r1', 'r2', 'r3' and 2 more");
    }

    [Fact]
    public void The_disk_the_log_and_the_writes_speak_for_themselves()
    {
        Check("disk", Nothing with { FreeBytes = 1L << 30 }).IsOk.ShouldBeTrue();
        Check("disk", Nothing with { FreeBytes = (1L << 30) - 1 }).IsOk.ShouldBeFalse();
        Check("log_damage", Nothing with { Damage = 1 }).IsOk.ShouldBeFalse();
        Check("log_damage", Nothing with { LinesLeftOut = 1 }).Value.ShouldBe(1);
        Check("writes", Nothing with { WritesRefused = "no room" }).ShouldBe(new HealthCheck("writes", false, null, null, "no room"));
    }

    [Fact]
    public void One_or_two_failures_degrade_and_three_or_a_refused_write_are_unhealthy() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var names = HealthChecks.Of(Nothing, new HealthOptions()).Select(check => check.Name).ToList();
        var checks = names.Select(name => new HealthCheck(name, random.Next(5) > 0, null, null, "")).ToList();
        var expected = checks.Where(check => !check.IsOk).ToList() switch
        {
            [] => HealthStatus.Healthy,
            var failed when failed.Exists(check => check.Name == "writes") || failed.Count > 2 => HealthStatus.Unhealthy,
            _ => HealthStatus.Degraded,
        };
        HealthChecks.StatusOf(checks).ShouldBe(expected);
    }));

    [Fact]
    public void Limits_are_those_of_the_settings()
    {
        var options = new HealthOptions { MaxBacklog = 0, MaxErrorRate = 0, MaxIdleTime = TimeSpan.FromSeconds(1), MaxSilence = TimeSpan.FromSeconds(1), MinFreeBytes = 5 };
        var facts = Nothing with { Pending = 1, Completed = 9, Failed = 1, LastCompletion = Now.AddSeconds(-2), FreeBytes = 4, Runners = [Runner("r", 2)] };
        HealthChecks.Of(facts, options).Where(check => !check.IsOk).Select(check => check.Name).ShouldBe(
            ["scheduler_alive", "backlog", "error_rate", "last_completion", "disk", "runner_silent"]);
    }

    private static RunnerView Runner(string id, int silentSeconds) => new(id, RunnerState.Running, Now.AddSeconds(-silentSeconds)) { SendsHeartbeats = true };

    private static HealthCheck Check(string name, HealthFacts facts) => HealthChecks.Of(facts, new HealthOptions()).Single(check => check.Name == name);
}
