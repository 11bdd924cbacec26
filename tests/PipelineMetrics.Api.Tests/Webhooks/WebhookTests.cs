using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PipelineMetrics.Alerting;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Webhooks;

/// <summary>Webhooks of the whole service, to a receiver beside it.</summary>
public sealed class WebhookTests
{
    private const string Failed = """{"task_id":"t-1","duration_seconds":5,"status":"failed","error":"no luck"}""";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_failed_attempt_is_told_of_and_listed()
    {
        await using var receiver = new WebhookReceiver();
        await using var service = Telling(receiver);
        var client = await service.StartAsync();
        (await client.Post(Completion())).Status.ShouldBe(HttpStatusCode.Created);
        (await client.Post(Failed)).Status.ShouldBe(HttpStatusCode.Created);
        await UntilAsync(async () => (await ItemsAsync(client)).FirstOrDefault().ValueKind != default && (await ItemsAsync(client))[0].GetProperty("status").GetString() == "delivered");
        var got = receiver.Received.ShouldHaveSingleItem();
        got.Json.GetProperty("type").GetString().ShouldBe("task_failed");
        got.Data.GetProperty("error").GetString().ShouldBe("no luck");
        var item = (await ItemsAsync(client)).ShouldHaveSingleItem();
        item.GetProperty("id").GetString().ShouldBe(got.Id);
        (item.GetProperty("target").GetString(), item.GetProperty("attempts").GetInt32(), item.GetProperty("response_status").GetInt32()).ShouldBe(("default", 1, 204));
        item.GetProperty("data").GetProperty("task_id").GetString().ShouldBe("t-1");
        item.GetRawText().ShouldNotContain("secret-path");
    }

    [Fact]
    public async Task What_others_raise_reaches_those_who_want_it()
    {
        await using var receiver = new WebhookReceiver();
        await using var service = Telling(receiver);
        await service.StartAsync();
        service.Services.GetRequiredService<Notifier>().Raise(WebhookTypes.HealthDegraded, "backlog", "21 tasks wait");
        await UntilAsync(() => Task.FromResult(!receiver.Received.IsEmpty));
        receiver.Received.Single().Data.GetRawText().ShouldBe("""{"subject":"backlog","detail":"21 tasks wait"}""");
    }

    [Fact]
    public async Task A_pipeline_that_gets_worse_and_well_again_and_a_runner_that_stops_are_told_of()
    {
        await using var receiver = new WebhookReceiver();
        await using var service = Telling(receiver);
        var client = await service.StartAsync();
        async Task LookAsync(string status) => (await client.Get(Routes.Health))["status"].GetString().ShouldBe(status);
        async Task BeatAsync(string status) =>
            (await client.Send(HttpMethod.Post, $"{Routes.Runners}/r-1/heartbeat", $$"""{"status":"{{status}}"}""", "application/json")).Status.ShouldBe(HttpStatusCode.OK);
        await BeatAsync("running");
        await LookAsync("healthy");
        for (var i = 0; i < 21; i++) await client.PostTask($$"""{"task_id":"t-{{i}}","direction":"Work"}""");
        await LookAsync("degraded");
        await client.Patch("t-0", """{"status":"cancelled"}""");
        await BeatAsync("stopped");
        await LookAsync("healthy");
        await UntilAsync(() => Task.FromResult(receiver.Received.Count == 3));
        var told = receiver.Received.ToDictionary(got => got.Json.GetProperty("type").GetString()!, got => got.Data.GetProperty("subject").GetString());
        told.ShouldBe(new Dictionary<string, string?> { ["health_degraded"] = "backlog", ["orchestrator_stopped"] = "r-1", ["health_recovered"] = "health" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_threshold_that_is_crossed_is_told_of()
    {
        await using var receiver = new WebhookReceiver();
        await using var service = Telling(receiver);
        service.Settings["notifications:events"] = "alert_fired, alert_cleared";
        foreach (var (key, value) in new[] { ("name", "too-many"), ("metric", "error_rate"), ("above", "0.5"), ("min_n", "2"), ("every", "1s"), ("window", "1h") })
            service.Settings[$"alerts:0:{key}"] = value;
        var client = await service.StartAsync();
        await client.PostBatch($"{Failed}\n{Failed}\n");
        await UntilAsync(() => Task.FromResult(!receiver.Received.IsEmpty));
        var got = receiver.Received.Single();
        (got.Json.GetProperty("type").GetString(), got.Data.GetProperty("alert").GetString()).ShouldBe(("alert_fired", "too-many"));
    }

    [Fact]
    public async Task A_trial_says_what_came_of_it_and_shows_no_secret()
    {
        await using var good = new WebhookReceiver();
        await using var bad = new WebhookReceiver(_ => WebhookReceiver.Answer(500));
        await using var service = Telling(good);
        service.Settings["notifications:webhooks:0:name"] = "bad";
        service.Settings["notifications:webhooks:0:url"] = bad.Url;
        var client = await service.StartAsync();
        var answer = await client.Send(HttpMethod.Post, Routes.WebhookTest, null, null);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        answer["items"].GetRawText().ShouldBe(
            $$"""[{"target":"default","url":"http://127.0.0.1:{{good.Port}}","delivered":true,"response_status":204},"""
            + $$"""{"target":"bad","url":"http://127.0.0.1:{{bad.Port}}","delivered":false,"response_status":500,"error":"answered 500"}]""");
        good.Received.Single().Json.GetProperty("type").GetString().ShouldBe("test");
        (await client.Send(HttpMethod.Post, Routes.WebhookTest + "?target=bad", null, null))["items"].GetArrayLength().ShouldBe(1);
        good.Received.Count.ShouldBe(1);
        (await client.Send(HttpMethod.Post, Routes.WebhookTest + "?target=nobody", null, null)).Code.ShouldBe("unknown_target");
        (await ItemsAsync(client)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_one_trial_is_under_way_at_a_time()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new WebhookReceiver(async (_, socket, end) =>
        {
            arrived.TrySetResult();
            await goOn.Task;
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(WebhookReceiver.Thanks), end);
        });
        await using var service = Telling(receiver);
        var client = await service.StartAsync();
        var first = client.Send(HttpMethod.Post, Routes.WebhookTest, null, null);
        await arrived.Task;
        var second = await client.Send(HttpMethod.Post, Routes.WebhookTest, null, null);
        (second.Status, second.Code).ShouldBe((HttpStatusCode.TooManyRequests, "too_many_requests"));
        second.Headers.RetryAfter.ShouldNotBeNull();
        goOn.SetResult();
        (await first).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_target_nothing_is_sent_and_no_file_is_written()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Post(Failed);
        (await client.Send(HttpMethod.Post, Routes.WebhookTest, null, null)).Code.ShouldBe("unknown_target");
        (await client.Get(Routes.WebhookDeliveries)).Body.ShouldBe("""{"items":[]}""");
        File.Exists(Path.Combine(service.LogDirectory, "webhooks.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public async Task Deliveries_come_in_pages_newest_first_and_by_status_and_target()
    {
        await using var receiver = new WebhookReceiver(webhook => webhook.Data.GetProperty("task_id").GetString() == "t-1" ? WebhookReceiver.Answer(503) : WebhookReceiver.Thanks);
        await using var service = Telling(receiver);
        var client = await service.StartAsync();
        await client.PostBatch(string.Concat(Enumerable.Range(0, 5).Select(i => Failed.Replace("t-1", $"t-{i}") + "\n")));
        await UntilAsync(async () => (await ItemsAsync(client, "?status=delivered")).Count == 4 && (await ItemsAsync(client, "?status=queued"))[0].GetProperty("attempts").GetInt32() > 0);
        var first = await client.Get(Routes.WebhookDeliveries + "?limit=3");
        var second = await client.Get($"{Routes.WebhookDeliveries}?limit=3&cursor={first["next"].GetString()}");
        second.Json.TryGetProperty("next", out _).ShouldBeFalse();
        var tasks = first["items"].EnumerateArray().Concat(second["items"].EnumerateArray()).Select(item => item.GetProperty("data").GetProperty("task_id").GetString());
        tasks.ShouldBe(["t-4", "t-3", "t-2", "t-1", "t-0"]);
        (await ItemsAsync(client, "?status=queued")).Single().GetProperty("error").GetString().ShouldBe("answered 503");
        (await ItemsAsync(client, "?target=another")).ShouldBeEmpty();
        foreach (var query in new[] { "?status=sent", "?limit=0", "?cursor=x", "?statsu=queued" })
            (await client.Get(Routes.WebhookDeliveries + query)).Status.ShouldBe(HttpStatusCode.BadRequest, query);
    }

    private static ServiceUnderTest Telling(WebhookReceiver receiver) => new()
    {
        Settings = { ["notifications:webhook_url"] = receiver.Url, ["notifications:allow_private_addresses"] = "true" },
    };

    private static async Task<List<System.Text.Json.JsonElement>> ItemsAsync(HttpClient client, string query = "") =>
        [.. (await client.Get(Routes.WebhookDeliveries + query))["items"].EnumerateArray()];

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Within);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds()) await timer.WaitForNextTickAsync(limit.Token);
    }
}
