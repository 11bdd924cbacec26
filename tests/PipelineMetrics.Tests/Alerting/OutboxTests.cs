using System.Text;
using PipelineMetrics.Alerting;
using PipelineMetrics.Log;
using PipelineMetrics.Tests.Log;
using static PipelineMetrics.Tests.Alerting.AlertBench;

namespace PipelineMetrics.Tests.Alerting;

public sealed class OutboxTests
{
    private static readonly string File = LogBench.PathOf("webhooks.jsonl");

    [Fact]
    public async Task A_message_is_tried_until_it_arrives_under_one_id_with_longer_and_longer_waits()
    {
        var bench = new AlertBench();
        using var outbox = bench.Open();
        outbox.Add([Message("msg_1", bench.Now)], 7).ShouldBeTrue();
        var tried = new List<(string Id, TimeSpan At)>();
        var begin = bench.Now;
        var courier = bench.Courier(outbox, (_, message, _) =>
        {
            tried.Add((message.Id, bench.Now - begin));
            return Task.FromResult(new DeliveryOutcome(tried.Count < 4 ? 500 : 200));
        });
        for (var second = 0; second < 200; second++)
        {
            await courier.SendDueAsync();
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        tried.Select(t => t.At.TotalSeconds).ShouldBe([0, 5, 25, 105]);
        tried.ShouldAllBe(t => t.Id == "msg_1");
        outbox.List(long.MaxValue, _ => true, 10).Single().ShouldSatisfyAllConditions(
            d => d.State.ShouldBe(DeliveryState.Delivered), d => d.Attempts.ShouldBe(4), d => d.Status.ShouldBe(200), d => d.Error.ShouldBeNull());
    }

    [Fact]
    public async Task After_ten_attempts_in_about_a_day_it_is_given_up()
    {
        var bench = new AlertBench();
        using var outbox = bench.Open();
        outbox.Add([Message("msg_1", bench.Now)]);
        var begin = bench.Now;
        var attempts = 0;
        var courier = bench.Courier(outbox, (_, _, _) => Task.FromResult(new DeliveryOutcome(null, $"no answer {++attempts}")));
        while (outbox.PendingCount > 0)
        {
            await courier.SendDueAsync();
            if (outbox.PendingCount > 0) bench.Clock.Advance(TimeSpan.FromSeconds(10));
        }
        attempts.ShouldBe(10);
        (bench.Now - begin).TotalHours.ShouldBeInRange(20, 28);
        outbox.List(long.MaxValue, d => d.State == DeliveryState.GivenUp, 10).Single().Error.ShouldBe("no answer 10");
    }

    [Theory]
    [InlineData(1, 0.0, null, 4), InlineData(1, 1.0, null, 6), InlineData(2, 0.5, null, 20), InlineData(9, 0.5, null, 28800), InlineData(1, 0.5, 3.0, 5)]
    [InlineData(1, 0.5, 60.0, 60), InlineData(1, 0.5, 1e6, 86400), InlineData(1, 0.5, -5.0, 5), InlineData(20, 1.0, null, 34560)]
    public void The_wait_is_exponential_with_chance_in_it_unless_the_receiver_wants_a_longer_one(int attempt, double chance, double? asked, double seconds) =>
        RetrySchedule.After(attempt, asked is { } wanted ? TimeSpan.FromSeconds(wanted) : null, chance).TotalSeconds.ShouldBe(seconds, 0.001);

    [Fact]
    public async Task A_target_that_answers_410_gets_nothing_more_until_its_address_changes_or_a_trial_arrives()
    {
        var bench = new AlertBench { Plan = PlanOf("a", "b") };
        using (var outbox = bench.Open())
        {
            outbox.Add([Message("msg_1", bench.Now), Message("msg_2", bench.Now)]);
            await bench.Courier(outbox, (target, _, _) => Task.FromResult(new DeliveryOutcome(target.Name == "a" ? 410 : 500))).SendDueAsync();
            outbox.List(long.MaxValue, d => d.Target == "a", 10).ShouldAllBe(d => d.State == DeliveryState.GivenUp);
            outbox.PendingCount.ShouldBe(2, "the other target is tried again");
        }

        using var next = bench.Open();
        next.Add([Message("msg_3", bench.Now)]);
        next.List(long.MaxValue, d => d.Message.Id == "msg_3", 10).Select(d => d.Target).ShouldBe(["b"]);
        next.IsDisabled(Target("a", "https://example.com/another")).ShouldBeFalse();
        var courier = bench.Courier(next, (_, _, _) => Task.FromResult(new DeliveryOutcome(204)));
        await courier.TryAsync(bench.Plan.Targets[0], courier.NewTest(), CancellationToken.None);
        next.Add([Message("msg_4", bench.Now)]);
        next.List(long.MaxValue, d => d.Message.Id == "msg_4", 10).Count.ShouldBe(2);
    }

    [Fact]
    public void Behind_a_line_that_was_lost_nothing_says_that_a_fact_was_looked_at()
    {
        var bench = new AlertBench();
        using (var outbox = bench.Open())
        {
            outbox.Add([Message("msg_1", bench.Now) with { Seq = 1 }], 1);
            outbox.Add([Message("msg_2", bench.Now) with { Seq = 2 }], 2);
        }
        // The power took a sector of what was not synced yet, and left the one behind it.
        bench.Disk.Tamper(File, content => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("\"id\":\"msg_2\"", "\0\0\0\0\0\0\0\0\0\0\0\0")));
        using var next = bench.Open();
        next.Position.ShouldBe(1);
        next.PendingCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_restart_finds_what_was_and_a_torn_end_or_a_line_of_nonsense_is_left_out()
    {
        var bench = new AlertBench { Plan = PlanOf("a", "b") };
        string before;
        using (var outbox = bench.Open())
        {
            for (var i = 1; i <= 20; i++) outbox.Add([Message($"msg_{i}", bench.Now)], i);
            var answers = 0;
            await bench.Courier(outbox, (_, _, _) => Task.FromResult(new DeliveryOutcome(answers++ % 3 == 0 ? 500 : 200))).SendDueAsync();
            before = Text(outbox);
        }
        using (var outbox = bench.Open()) Text(outbox).ShouldBe(before);
        bench.Disk.Tamper(File, content => [.. content, .. "nonsense\n{\"kind\":7,\"at\":\"x\"}\n{\"kind\":\"queued\",\"id\":\"msg_9"u8]);
        using (var outbox = bench.Open())
        {
            Text(outbox).ShouldBe(before);
            outbox.Add([], 21);
        }
        Encoding.UTF8.GetString(bench.Disk.Read(File)).ShouldNotContain("nonsense");
    }

    [Fact]
    public async Task The_file_stays_small_however_much_is_sent()
    {
        var bench = new AlertBench { RewriteBytes = 64 << 10 };
        using var outbox = bench.Open();
        var courier = bench.Courier(outbox, (_, _, _) => Task.FromResult(new DeliveryOutcome(200)));
        for (var i = 1; i <= 3 * OutboxState.MostSettled; i++)
        {
            outbox.Add([Message($"msg_{i}", bench.Now)], i);
            await courier.SendDueAsync();
        }
        outbox.List(long.MaxValue, _ => true, int.MaxValue).Count.ShouldBe(OutboxState.MostSettled);
        bench.Disk.Read(File).Length.ShouldBeLessThan(1 << 20);
        var text = Text(outbox);
        using var next = bench.Open();
        Text(next).ShouldBe(text);
    }

    [Fact]
    public void A_full_disk_queues_no_fact_of_the_log_and_keeps_what_is_raised_in_memory_until_there_is_room()
    {
        var bench = new AlertBench();
        using var outbox = bench.Open();
        outbox.Add([], 1).ShouldBeTrue();
        bench.Disk.Fault = (_, call) => call is "write" or "create" ? new DiskException(DiskFault.Full, call, File, "no room") : null;
        outbox.Add([Message("msg_1", bench.Now)], 2).ShouldBeFalse();
        outbox.Position.ShouldBe(1);
        outbox.PendingCount.ShouldBe(0);
        outbox.Add([Message("msg_2", bench.Now, WebhookTypes.HealthDegraded)]).ShouldBeFalse();
        outbox.PendingCount.ShouldBe(1);
        bench.Disk.Fault = null;
        outbox.CatchUp();
        using var next = bench.Open();
        Text(next).ShouldBe(Text(outbox));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_file_that_somebody_takes_away_or_cuts_is_written_anew(bool takesAway)
    {
        var bench = new AlertBench();
        using var outbox = bench.Open();
        outbox.Add([Message("msg_1", bench.Now)], 1);
        if (takesAway) bench.Disk.Remove(File);
        else bench.Disk.Tamper(File, content => content[..(content.Length / 2)]);
        outbox.Add([Message("msg_2", bench.Now)], 2).ShouldBeFalse("it is not known what became of it");
        outbox.Add([Message("msg_2", bench.Now)], 2).ShouldBeTrue();
        using var next = bench.Open();
        Text(next).ShouldBe(Text(outbox));
        next.PendingCount.ShouldBe(2);
    }

    [Fact]
    public void What_waits_for_a_target_that_is_gone_from_the_settings_is_given_up()
    {
        var disk = new SimDisk();
        var bench = new AlertBench(disk, new ManualClock()) { Plan = PlanOf("a", "b") };
        using (var outbox = bench.Open()) outbox.Add([Message("msg_1", bench.Now)]);
        using var next = new AlertBench(disk, bench.Clock) { Plan = PlanOf("b") }.Open();
        next.List(long.MaxValue, _ => true, 10).Select(d => (d.Target, d.State)).ShouldBe([("b", DeliveryState.Queued), ("a", DeliveryState.GivenUp)]);
    }

    [Fact]
    public void A_clock_that_is_set_back_for_years_delays_nothing_by_years()
    {
        var bench = new AlertBench();
        using var outbox = bench.Open();
        outbox.Add([Message("msg_1", bench.Now)]);
        outbox.Settle(outbox.Due(bench.Now).Single(), new DeliveryOutcome(500));
        outbox.Due(bench.Now).ShouldBeEmpty();
        outbox.Due(bench.Now - TimeSpan.FromDays(3650)).Count.ShouldBe(1);
    }
}
