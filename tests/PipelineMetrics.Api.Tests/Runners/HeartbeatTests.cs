using System.Net;
using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Runners;

public sealed class HeartbeatTests : IAsyncLifetime
{
    private LastingService _service = null!;

    private HttpClient Client => _service.Client;

    public async Task InitializeAsync() => _service = await LastingService.StartAsync(("health_check:max_silence", "100"));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_heartbeat_needs_no_body_and_says_what_it_was_taken_for()
    {
        (await Beat("r")).Body.ShouldBe("""{"id":"r","status":"running","last_seen":"2026-03-01T12:00:00.000Z"}""");
        (await Beat("r", """{"status":"error","reason":"no key"}""")).Body.ShouldBe("""{"id":"r","status":"error","last_seen":"2026-03-01T12:00:00.000Z"}""");
        var lines = (await Client.Get($"{Routes.Events}?entity_type=runner"))["items"].EnumerateArray().ToList();
        lines.Select(line => (line.GetProperty("event_type").GetString(), line.GetProperty("entity_id").GetString())).ShouldBe([("runner:started", "r"), ("runner:error", "r")]);
    }

    [Fact]
    public async Task A_hundred_heartbeats_leave_one_line_and_a_restart_leaves_no_other()
    {
        for (var i = 0; i < 100; i++) (await Beat("r", $$"""{"cpu_percent":{{i}}}""")).Status.ShouldBe(HttpStatusCode.OK);
        await _service.RestartAsync();
        await Beat("r");
        (await Client.Get(Routes.Events))["items"].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_id_may_hold_anything_and_goes_into_the_query_when_a_path_cannot_hold_it()
    {
        foreach (var id in new[] { "a/b", "..", "é ☃ %", new string('x', 200) })
        {
            var answer = await Client.Send(HttpMethod.Post, $"{Routes.Runners}/heartbeat?runner={Uri.EscapeDataString(id)}", "{}", "application/json");
            (answer.Status, answer["id"].GetString()).ShouldBe((HttpStatusCode.OK, id));
            (await Client.Get($"{Routes.Runners}/usage?runner={Uri.EscapeDataString(id)}"))["items"].GetArrayLength().ShouldBe(1);
        }
        (await Beat("a%2Fb"))["id"].GetString().ShouldBe("a/b");
        (await Beat("heartbeat"))["id"].GetString().ShouldBe("heartbeat");
        (await Runners()).Select(r => r.GetProperty("id").GetString()).ShouldBe(["..", "a/b", "heartbeat", new string('x', 200), "é ☃ %"]);
    }

    [Fact]
    public async Task The_status_shows_how_each_runner_is()
    {
        await Beat("alive", """{"cpu_percent":87.50,"memory_bytes":1024}""");
        await Beat("broken", """{"status":"error","reason":"no key"}""");
        await Beat("gone");
        await Beat("stopped", """{"status":"stopped"}""");
        await Client.PostEvents(Calls.Event("runner:started", "told"));
        foreach (var (task, runner) in new[] { ("a", "alive"), ("b", "worker"), ("c", "claimer"), ("d", "gone") })
        {
            await Client.PostTask($$"""{"task_id":"{{task}}","direction":"d"}""");
            await Client.Patch(task, runner == "claimer" ? """{"runner":"claimer"}""" : $$"""{"status":"running","runner":"{{runner}}"}""");
        }
        _service.Clock.Advance(TimeSpan.FromSeconds(100));
        await Beat("alive", """{"cpu_percent":12.5,"memory_bytes":2048}""");
        (await States()).ShouldBe(["alive running 1", "broken error 0", "claimer running 1", "gone running 1", "stopped stopped 0", "told running 0", "worker running 1"]);
        (await Runners())[0].GetRawText().ShouldBe(
            """{"id":"alive","status":"running","last_seen":"2026-03-01T12:01:40.000Z","cpu_percent":12.5,"memory_bytes":2048,"task_count":1,"tasks":[{"task_id":"a","status":"running"}]}""");
        (await Runners())[1].GetProperty("reason").GetString().ShouldBe("no key");
        _service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await States()).ShouldBe(["alive running 1", "broken error 0", "claimer silent 1", "gone silent 1", "stopped stopped 0", "told silent 0", "worker running 1"]);
    }

    [Fact]
    public async Task The_queue_counts_on_runners_that_have_nothing_to_do()
    {
        await Client.Post(Calls.Completion("x", ",\"task_type\":\"impl\""));
        foreach (var id in new[] { "a", "b", "c" }) await Client.PostTask($$"""{"task_id":"{{id}}","direction":"d","task_type":"impl"}""");
        await Beat("one");
        await Beat("two");
        await Beat("broken", """{"status":"error"}""");
        await Client.PostEvents(Calls.Event("runner:started", "told"));
        await Client.Patch("a", """{"status":"running","runner":"one"}""");
        var queue = await Client.Get(Routes.Queue);
        queue["runners"].GetInt32().ShouldBe(2);
        queue["items"].EnumerateArray().Select(item => item.GetProperty("expected_start").GetDateTimeOffset() - _service.Now).ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(5)]);
        _service.Clock.Advance(TimeSpan.FromSeconds(101));
        (await Client.Get(Routes.Queue))["runners"].GetInt32().ShouldBe(1, "one has a task that runs, two fell silent");
    }

    [Fact]
    public async Task Usage_is_shown_by_the_minute_for_as_long_as_is_asked()
    {
        await Beat("r", """{"cpu_percent":10,"memory_bytes":1}""");
        await Beat("r", """{"cpu_percent":20.001,"memory_bytes":2}""");
        await Beat("r");
        _service.Clock.Advance(TimeSpan.FromMinutes(90));
        await Beat("r", """{"memory_bytes":9223372036854775807}""");
        var minutes = (await Client.Get($"{Routes.Runners}/r/usage?window=2h"))["items"];
        minutes.GetRawText().ShouldBe(
            """[{"from":"2026-03-01T12:00:00.000Z","heartbeats":3,"cpu_percent":{"mean":15.001,"max":20.001},"memory_bytes":{"mean":2,"max":2}},"""
            + """{"from":"2026-03-01T13:30:00.000Z","heartbeats":1,"memory_bytes":{"mean":9223372036854775807,"max":9223372036854775807}}]""");
        (await Client.Get($"{Routes.Runners}/r/usage"))["items"].GetArrayLength().ShouldBe(1);
        (await Client.Get($"{Routes.Runners}/r/usage?until=2026-03-01T13:30:00Z"))["items"].GetArrayLength().ShouldBe(1);
        (await Client.Get($"{Routes.Runners}/nobody/usage")).Code.ShouldBe("unknown_runner");
        await _service.RestartAsync();
        (await Client.Get($"{Routes.Runners}/r/usage?window=2h"))["items"].GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"status":"silent"}""", 422, "invalid_heartbeat"), InlineData("""{"status":1}""", 400, "wrong_type"), InlineData("[]", 400, "invalid_json")]
    [InlineData("""{"cpu_percent":-1}""", 422, "invalid_heartbeat"), InlineData("""{"cpu_percent":100001}""", 422, "invalid_heartbeat")]
    [InlineData("""{"cpu_percent":"9"}""", 400, "wrong_type"), InlineData("""{"memory_bytes":-1}""", 422, "invalid_heartbeat"), InlineData("""{"memory_bytes":1.5}""", 422, "invalid_heartbeat")]
    [InlineData("""{"Status":"running"}""", 400, "unknown_field"), InlineData("""{"status":"running","status":"error"}""", 400, "duplicate_field"), InlineData("null", 400, "invalid_json")]
    public async Task What_is_no_heartbeat_is_refused_and_nothing_was_heard(string body, int status, string code)
    {
        var answer = await Beat("r", body);
        ((int)answer.Status, answer.Code).ShouldBe((status, code));
        (await Runners()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fields_nobody_knows_are_passed_over_with_a_warning_or_refused()
    {
        (await Beat("r", """{"harness":"codex"}"""))["warnings"].GetRawText().ShouldBe("""["unknown field 'harness'"]""");
        var strict = await Client.Send(HttpMethod.Post, $"{Routes.Runners}/r/heartbeat", """{"harness":"codex"}""", "application/json", ("Prefer", "handling=strict"));
        (strict.Status, strict["errors"][0].GetProperty("field").GetString()).ShouldBe((HttpStatusCode.UnprocessableEntity, "harness"));
    }

    [Fact]
    public async Task Who_it_is_must_be_said_once_and_in_200_bytes()
    {
        async Task<HttpStatusCode> Post(string address) => (await Client.Send(HttpMethod.Post, Routes.Runners + address, "{}", "application/json")).Status;
        (await Post("/heartbeat")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post("/heartbeat?runner=")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post("/heartbeat?runner=a&runner=b")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post("/r/heartbeat?runner=a")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post("/%20/heartbeat")).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Post($"/{new string('x', 201)}/heartbeat")).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Post("/heartbeat?runner=a%00b")).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Client.Send(HttpMethod.Post, $"{Routes.Runners}/r/heartbeat", "{}", "text/plain")).Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await Client.Get($"{Routes.Runners}/r/heartbeat")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await Client.Get($"{Routes.Runners}/r/usage?window=0h")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Client.Get($"{Routes.Runners}/r/usage?windw=1h")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Runners()).ShouldBeEmpty();
    }

    private Task<Answer> Beat(string runner, string? body = null) =>
        Client.Send(HttpMethod.Post, $"{Routes.Runners}/{runner}/heartbeat", body, body is null ? null : "application/json");

    private async Task<List<JsonElement>> Runners() => [.. (await Client.Get(Routes.Status))["runners"].EnumerateArray()];

    private async Task<List<string>> States() =>
        [.. (await Runners()).Select(r => $"{r.GetProperty("id").GetString()} {r.GetProperty("status").GetString()} {r.GetProperty("task_count")}")];
}
