using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Alerting;
using PipelineMetrics.Log;
using PipelineMetrics.Tests.Recording;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>Which attempts are told of, once each, whatever happens to the process.</summary>
public sealed class FailureFeedTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_failed_attempt_is_told_of_and_nothing_else_is()
    {
        using var outbox = Open();
        var feed = Feed(outbox);
        await _bench.Post(Failed("yes", ""","id":"f-1","error":"it <broke> & \"fell\"","chain_id":"c","model":"m" """));
        await _bench.Post(RecorderBench.Body("completed"));
        await _bench.Post(Failed("imported", ""","source":"import" """));
        await _bench.Post(Failed("from-git", ""","source":"git-import" """));
        await _bench.Post(Failed("cancelled", ""","outcome":"cancelled" """));
        await _bench.Post(Failed("long-ago", $",\"created_at\":\"{_bench.Now.AddHours(-25):yyyy-MM-ddTHH:mm:ssZ}\""));
        await _bench.Post(Failed("yes", ""","revises":"f-1","revision":1,"error":"known now" """));
        await _bench.Tell("""{"event_type":"task:cancelled","entity_id":"x"}""");
        await _bench.Post(Failed("timed-out", ""","outcome":"timeout","source":"hook" """));
        await CatchUpAsync(feed);
        Told(outbox).ShouldBe(["timed-out", "yes"]);
        var body = JsonOf(outbox.List(long.MaxValue, _ => true, 10)[1]);
        body.GetProperty("type").GetString().ShouldBe("task_failed");
        var data = body.GetProperty("data");
        data.GetProperty("error").GetString().ShouldBe("it <broke> & \"fell\"");
        (data.GetProperty("id").GetString(), data.GetProperty("seq").GetInt64(), data.GetProperty("chain_id").GetString()).ShouldBe(("f-1", 1, "c"));
    }

    [Fact]
    public async Task What_was_in_the_log_before_anybody_was_to_be_told_is_not_told()
    {
        await _bench.Post(Failed("before"));
        _bench.Restart();
        using var outbox = Open();
        await _bench.Post(Failed("after"));
        await CatchUpAsync(Feed(outbox));
        Told(outbox).ShouldBe(["after"]);
    }

    [Fact]
    public async Task A_service_that_dies_before_it_told_anybody_anything_forgets_nothing()
    {
        using (var outbox = new AlertBench(_bench.Disk, _bench.Clock).New()) NotifierOf(outbox).Prepare();
        await _bench.Post(Failed("one"));
        _bench.Crash();
        using var next = Open();
        await CatchUpAsync(Feed(next));
        Told(next).ShouldBe(["one"]);
    }

    [Fact]
    public async Task After_a_power_cut_it_goes_on_where_it_was_and_misses_nothing()
    {
        using (var outbox = Open())
        {
            var feed = Feed(outbox);
            await _bench.Post(Failed("one"));
            await CatchUpAsync(feed);
            await _bench.Post(Failed("two"));
        }
        _bench.Crash();
        using var next = Open();
        await _bench.Post(Failed("three"));
        await CatchUpAsync(Feed(next));
        Told(next).ShouldBe(["three", "two", "one"]);
    }

    [Fact]
    public async Task While_too_much_waits_the_log_keeps_the_rest()
    {
        using var outbox = Open();
        var feed = Feed(outbox);
        await _bench.PostAll([.. Enumerable.Range(0, 2 * FailureFeed.EnoughPending).Select(i => Failed($"t-{i}"))]);
        await CatchUpAsync(feed);
        outbox.PendingCount.ShouldBeInRange(FailureFeed.EnoughPending, (2 * FailureFeed.EnoughPending) - 1);
        feed.WhenMoreAsync().IsCompleted.ShouldBeFalse("it would ask again and again");
        var courier = new AlertBench(_bench.Disk, _bench.Clock).Courier(outbox, (_, _, _) => Task.FromResult(new DeliveryOutcome(200)));
        var sent = 0L;
        for (var round = 0; round < 10; round++)
        {
            await courier.SendDueAsync();
            await CatchUpAsync(feed);
            sent = outbox.Position!.Value;
        }
        sent.ShouldBe(2 * FailureFeed.EnoughPending);
        outbox.PendingCount.ShouldBe(0);
    }

    [Fact]
    public async Task What_could_not_be_queued_is_queued_when_the_disk_has_room_again()
    {
        using var outbox = Open();
        var feed = Feed(outbox);
        await CatchUpAsync(feed);
        await _bench.Post(Failed("one"));
        _bench.Disk.Fault = (_, call) => call is "write" or "create" ? new DiskException(DiskFault.Full, call, "webhooks.jsonl", "no room") : null;
        (await feed.StepAsync()).ShouldBeFalse();
        _bench.Disk.Fault = null;
        await CatchUpAsync(feed);
        Told(outbox).ShouldBe(["one"]);
    }

    private static string Failed(string task, string more = "") => $$"""{"task_id":"{{task}}","duration_seconds":5,"status":"failed"{{more}}}""";

    private static async Task CatchUpAsync(FailureFeed feed)
    {
        while (await feed.StepAsync())
        {
        }
    }

    private static System.Text.Json.JsonElement JsonOf(Delivery delivery) => System.Text.Json.JsonElement.Parse(delivery.Message.Body);

    private static IEnumerable<string?> Told(Outbox outbox) =>
        outbox.List(long.MaxValue, _ => true, int.MaxValue).Select(d => JsonOf(d).GetProperty("data").GetProperty("task_id").GetString());

    private Notifier NotifierOf(Outbox outbox) => new(AlertBench.PlanOf("a"), outbox, _bench.Recorder, _bench.Clock, NullLogger<Notifier>.Instance);

    private FailureFeed Feed(Outbox outbox) => new(_bench.Recorder, outbox, _bench.Clock);

    private Outbox Open() => new AlertBench(_bench.Disk, _bench.Clock).Open();
}
