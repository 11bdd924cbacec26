using System.Net;
using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Health;

public sealed class HealthTests : IAsyncLifetime
{
    private LastingService _service = null!;

    private HttpClient Client => _service.Client;

    public async Task InitializeAsync() => _service = await LastingService.StartAsync(("health_check:min_free_bytes", "0"));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task An_empty_system_is_healthy_and_stays_so()
    {
        var health = await Health();
        (health.Status, health["status"].GetString(), health["timestamp"].GetString()).ShouldBe((HttpStatusCode.OK, "healthy", "2026-03-01T12:00:00.000Z"));
        health["checks"].EnumerateObject().Select(check => check.Name).ShouldBe(
            ["scheduler_alive", "backlog", "error_rate", "last_completion", "writes", "disk", "log_damage", "runner_silent"]);
        health["checks"].GetProperty("error_rate").GetRawText().ShouldBe(
            """{"ok":true,"value":null,"threshold":0.1,"message":"0 attempts in 24 hours are too few to judge, 10 are needed","since":"2026-03-01T12:00:00.000Z"}""");
        _service.Clock.Advance(TimeSpan.FromDays(30));
        (await Failed()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_failed_checks_degrade_and_the_third_is_unhealthy()
    {
        await Beat("running");
        _service.Clock.Advance(TimeSpan.FromSeconds(300));
        (await Failed()).ShouldBeEmpty();
        _service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Failed()).ShouldBe(["scheduler_alive", "runner_silent"]);
        var degraded = await Health();
        (degraded.Status, degraded["status"].GetString()).ShouldBe((HttpStatusCode.OK, "degraded"));
        _service.Clock.Advance(TimeSpan.FromSeconds(3301));
        var unhealthy = await Health();
        (unhealthy.Status, unhealthy["status"].GetString()).ShouldBe((HttpStatusCode.ServiceUnavailable, "unhealthy"));
        Check(unhealthy, "runner_silent").GetProperty("message").GetString().ShouldBe("nothing is heard of 'r'");
        Check(unhealthy, "runner_silent").GetProperty("since").GetString().ShouldBe("2026-03-01T12:05:00.001Z");
        await Beat("running");
        (await Failed()).ShouldBe(["last_completion"]);
        await Client.Post(Calls.Completion());
        (await Health())["status"].GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task A_runner_that_stopped_in_good_order_is_not_missed()
    {
        await Beat("running");
        await Beat("stopped");
        await Client.Post(Calls.Completion());
        _service.Clock.Advance(TimeSpan.FromSeconds(301));
        (await Failed()).ShouldBe(["scheduler_alive"], "nobody is there to take work");
    }

    [Fact]
    public async Task Only_what_this_pipeline_recorded_counts_as_failed()
    {
        for (var i = 0; i < 20; i++) await Client.Post(Calls.Completion("t", ",\"source\":\"import\"").Replace("completed", "failed"));
        for (var i = 0; i < 9; i++) await Client.Post(Calls.Completion());
        await Client.Post(Calls.Completion().Replace("completed", "failed"));
        var health = await Health();
        Check(health, "error_rate").GetProperty("value").GetDecimal().ShouldBe(0.1m);
        (await Failed()).ShouldBeEmpty("one of ten is not more than 0.10");
        await Client.Post(Calls.Completion().Replace("completed", "failed"));
        (await Failed()).ShouldBe(["error_rate"]);
        await _service.RestartAsync();
        (await Failed()).ShouldBe(["error_rate"]);
        _service.Clock.Advance(TimeSpan.FromHours(25));
        await Client.Post(Calls.Completion());
        (await Failed()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_disk_is_told_before_it_refuses()
    {
        await using var service = new ServiceUnderTest { Settings = { ["health_check:min_free_bytes"] = $"{long.MaxValue}" } };
        var health = await (await service.StartAsync()).Get(Routes.Health);
        health["status"].GetString().ShouldBe("degraded");
        Check(health, "disk").GetProperty("value").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Settings_are_those_of_the_sample()
    {
        await using var service = new ServiceUnderTest
        {
            Settings = { ["health_check:max_backlog"] = "0", ["health_check:max_error_rate"] = "0.5", ["health_check:max_idle_time"] = "2h", ["health_check:max_silence"] = "1m" },
        };
        var client = await service.StartAsync();
        await client.PostTask("""{"task_id":"t","direction":"d"}""");
        var health = await client.Get(Routes.Health);
        health["checks"].EnumerateObject().Select(check => check.Value.GetProperty("threshold").ToString()).ShouldBe(["60", "0", "0.5", "7200", "", "1073741824", "0", "60"]);
        Check(health, "backlog").GetProperty("ok").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task It_answers_head_and_takes_no_parameter()
    {
        (await Client.Send(HttpMethod.Head, Routes.Health, null, null)).Status.ShouldBe(HttpStatusCode.OK);
        (await Client.Get($"{Routes.Health}?verbose=true")).Code.ShouldBe("bad_request");
        (await Client.Send(HttpMethod.Post, Routes.Health, "{}", "application/json")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
        await Beat("running");
        _service.Clock.Advance(TimeSpan.FromDays(1));
        (await Client.Send(HttpMethod.Head, Routes.Health, null, null)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Client.Get("/health/ready")).Status.ShouldBe(HttpStatusCode.OK, "the service itself is well");
    }

    private Task<Answer> Health() => Client.Get(Routes.Health);

    private static JsonElement Check(Answer health, string name) => health["checks"].GetProperty(name);

    private async Task<List<string>> Failed() =>
        [.. (await Health())["checks"].EnumerateObject().Where(check => !check.Value.GetProperty("ok").GetBoolean()).Select(check => check.Name)];

    private Task<Answer> Beat(string status) => Client.Send(HttpMethod.Post, $"{Routes.Runners}/r/heartbeat", $$"""{"status":"{{status}}"}""", "application/json");
}
