using System.Net;
using System.Text.Json;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Tests.Queue;

public sealed class QueueTests : IAsyncLifetime
{
    private LastingService _service = null!;

    private HttpClient Client => _service.Client;

    public async Task InitializeAsync() => _service = await LastingService.StartAsync(("vip_senders", "ceo@company.com,cto@company.com"));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Nothing_waits_for_nobody()
    {
        var queue = await Queue();
        queue.Body.ShouldBe(
            """{"computed_at":"2026-03-01T12:00:00.000Z","total":0,"running":0,"runners":1,"expected_finish":null,"items":[],"retries":[],"retries_total":0}""");
    }

    [Fact]
    public async Task The_highest_score_goes_first_and_every_part_of_it_is_shown()
    {
        await Register("plain", "");
        await Register("older", $",\"created_at\":\"{Instant.ToText(_service.Now.AddDays(-3))}\"");
        await Register("pressing", """,\"context\":{"urgency":"critical","deadline":"2026-03-01T11:00:00Z","sender":"CTO@company.com"}""".Replace("\\", ""));
        await Register("first", ",\"priority\":2.5,\"model\":\"m\",\"task_type\":\"spec\"");
        var queue = await Queue();
        Ids(queue).ShouldBe(["first", "pressing", "older", "plain"]);
        queue["items"][0].GetRawText().ShouldBe(
            """{"position":1,"task_id":"first","task_type":"spec","model":"m","priority":2.5,"age_boost":0,"score":2.5,"created_at":"2026-03-01T12:00:00.000Z","wait_seconds":0,"expected_start":null,"expected_finish":null}""");
        Scores(queue).ShouldBe([(2.5m, 0, null), (1m, 0, 1m), (0.5m, 0.5m, null), (0, 0, null)]);
        queue["items"][2].GetProperty("wait_seconds").GetDecimal().ShouldBe(259_200);
        queue["items"][0].TryGetProperty("direction", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_field_nobody_knows_presses_too_because_it_is_kept_in_the_metadata()
    {
        await Register("a", ",\"urgency\":0.5");
        Scores(await Queue()).ShouldBe([(0.2m, 0, 0.2m)]);
    }

    [Fact]
    public async Task Expected_times_come_from_the_medians_of_the_types_and_the_runners_that_run()
    {
        foreach (var seconds in new[] { 10, 100, 20, 1000 }) await Client.Post(Calls.Completion("x", $",\"task_type\":\"(spec)\",\"task_duration_ms\":{seconds * 1000}").Replace("\"duration_seconds\":5,", ""));
        await Client.Post(Calls.Completion("x", ",\"task_type\":\"impl\",\"task_duration_ms\":50000").Replace("\"duration_seconds\":5,", ""));
        await Register("r1", ",\"task_type\":\"impl\"");
        await Register("r2", ",\"task_type\":\"impl\"");
        await Client.Patch("r1", """{"status":"running","runner":"one"}""");
        _service.Clock.Advance(TimeSpan.FromSeconds(30));
        await Client.Patch("r2", """{"status":"running","runner":"two"}""");
        await Register("a", ",\"task_type\":\"(spec)\",\"priority\":3");
        await Register("b", ",\"task_type\":\"impl\",\"priority\":2");
        await Register("c", ",\"task_type\":\"never seen\",\"priority\":1");
        var queue = await Queue();
        // The medians are 20 and 50 seconds, over all 50. One is free after 20 seconds, two after 50.
        Expected(queue).ShouldBe([(20, 40), (40, 90), (50, 100)]);
        (queue["running"].GetInt32(), queue["runners"].GetInt32(), Seconds(queue["expected_finish"])).ShouldBe((2, 2, 100));
        await Client.Patch("r1", """{"status":"completed"}""");
        (await Queue())["runners"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_wait_goes_on_through_a_claim_and_begins_again_when_an_attempt_is_given_back()
    {
        await Register("a", "");
        _service.Clock.Advance(TimeSpan.FromSeconds(90.5));
        await Client.Patch("a", """{"runner":"one"}""");
        var claimed = (await Queue())["items"][0];
        (claimed.GetProperty("runner").GetString(), claimed.GetProperty("wait_seconds").GetDecimal()).ShouldBe(("one", 90.5m));
        await Client.Patch("a", """{"status":"running","runner":"one"}""");
        (await Queue())["total"].GetInt32().ShouldBe(0);
        _service.Clock.Advance(TimeSpan.FromSeconds(5));
        await Client.Patch("a", """{"status":"pending","runner":"one"}""");
        _service.Clock.Advance(TimeSpan.FromSeconds(2));
        var released = (await Queue())["items"][0];
        (released.TryGetProperty("runner", out _), released.GetProperty("wait_seconds").GetDecimal()).ShouldBe((false, 2));
    }

    [Fact]
    public async Task Failed_tasks_that_should_be_tried_again_stand_apart_by_the_time_of_their_retry()
    {
        foreach (var (id, type) in new[] { ("a", "spec"), ("b", "impl"), ("done", "impl") }) await Register(id, $",\"task_type\":\"{type}\"");
        await Fail("b", times: 1);
        await Fail("a", times: 1);
        await Fail("done", times: 5);
        _service.Clock.Advance(TimeSpan.FromSeconds(60));
        var queue = await Queue();
        (queue["total"].GetInt32(), queue["retries_total"].GetInt32()).ShouldBe((0, 2));
        queue["retries"].EnumerateArray().Select(r => (Id(r), r.GetProperty("due").GetBoolean(), Seconds(r.GetProperty("next_retry_at")))).ShouldBe([("b", true, -7), ("a", true, -6)]);
        queue["retries"][0].GetRawText().ShouldStartWith("""{"task_id":"b","task_type":"impl","state":"failed","priority":0,"attempt":1,"runner":"r","next_retry_at":""");
        (await Queue("?task_type=spec"))["retries_total"].GetInt32().ShouldBe(1);
        (await Queue("?limit=1"))["retries"].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Filters_choose_what_is_shown_and_change_no_place()
    {
        await Register("a", ",\"task_type\":\"spec\",\"priority\":3");
        await Register("b", ",\"task_type\":\"impl\",\"priority\":2,\"chain_id\":\"c\"");
        await Register("c", ",\"task_type\":\"impl\",\"priority\":1");
        await Client.Patch("c", """{"runner":"one"}""");
        async Task<(string, int, int)> Only(string query)
        {
            var queue = await Queue(query);
            var item = queue["items"].EnumerateArray().Single();
            return (Id(item), item.GetProperty("position").GetInt32(), queue["total"].GetInt32());
        }
        (await Only("?task_type=spec")).ShouldBe(("a", 1, 1));
        (await Only("?chain_id=c")).ShouldBe(("b", 2, 1));
        (await Only("?chain_id=&task_type=impl")).ShouldBe(("c", 3, 1));
        (await Only("?runner=one")).ShouldBe(("c", 3, 1));
        (await Queue("?runner=two"))["total"].GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Pages_go_on_in_the_order_of_the_first_whatever_happens_meanwhile()
    {
        for (var i = 0; i < 7; i++) await Register($"t {i}", $",\"chain_id\":\"c|{i % 2}\",\"created_at\":\"{Instant.ToText(_service.Now.AddHours(-23).AddSeconds(i))}\"");
        var first = await Queue("?limit=3");
        Ids(first).ShouldBe(["t 0", "t 1", "t 2"]);
        // The others become a day old, the last of the first page is taken, and somebody comes in front of all.
        _service.Clock.Advance(TimeSpan.FromHours(1).Add(TimeSpan.FromSeconds(4)));
        await Client.Patch("t%202", """{"status":"running"}""");
        await Register("new", ",\"priority\":9");
        var second = await Queue($"?limit=3&cursor={first["next"].GetString()}");
        Ids(second).ShouldBe(["t 3", "t 4", "t 5"]);
        var third = await Queue($"?limit=3&cursor={second["next"].GetString()}");
        Ids(third).ShouldBe(["t 6"]);
        (third.Json.TryGetProperty("next", out _), third["total"].GetInt32()).ShouldBe((false, 7));
    }

    [Theory]
    [InlineData("limit=0"), InlineData("limit=1001"), InlineData("limit=1&limit=2"), InlineData("limit="), InlineData("task_type="), InlineData("runner=")]
    [InlineData("cursor=5"), InlineData("cursor="), InlineData("cursor=%21%21"), InlineData("cursor=_w"), InlineData("status=pending"), InlineData("task_typ=a")]
    [InlineData("cursor=OTk5OTk5OTk5OTk5OTk5OTk5IDAgMCAtMSBh"), InlineData("cursor=MCAwIDAgOSBh"), InlineData("cursor=MCB4IDAgLTEgYQ")]
    public async Task A_question_that_is_none_is_a_400(string query)
    {
        var answer = await Queue($"?{query}");
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.BadRequest, "bad_request"));
    }

    [Fact]
    public async Task The_queue_is_the_same_after_a_restart()
    {
        for (var i = 0; i < 20; i++) await Register($"t{i}", $",\"priority\":{i % 3},\"context\":{{\"urgency\":0.{i % 7}}}");
        await Fail("t3", times: 2);
        await Client.Patch("t4", """{"status":"running","runner":"one"}""");
        await Client.Patch("t5", """{"runner":"two"}""");
        var before = await Queue();
        await _service.RestartAsync();
        (await Queue()).Body.ShouldBe(before.Body);
    }

    private Task<Answer> Queue(string query = "") => Client.Get(Routes.Queue + query);

    private async Task Register(string id, string more)
    {
        var answer = await Client.PostTask($$"""{"task_id":"{{id}}","direction":"d"{{more}}}""");
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
    }

    private async Task Fail(string id, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Client.Patch(id, """{"status":"running","runner":"r"}""");
            (await Client.Patch(id, """{"status":"failed","runner":"r"}""")).Status.ShouldBe(HttpStatusCode.OK);
            _service.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static IEnumerable<string> Ids(Answer queue) => queue["items"].EnumerateArray().Select(Id);

    private static string Id(JsonElement item) => item.GetProperty("task_id").GetString()!;

    private static IEnumerable<(decimal Score, decimal Age, decimal? Pressure)> Scores(Answer queue) => queue["items"].EnumerateArray().Select(item => (
        item.GetProperty("score").GetDecimal(),
        item.GetProperty("age_boost").GetDecimal(),
        item.TryGetProperty("pressure_boost", out var boost) ? boost.GetDecimal() : (decimal?)null));

    private IEnumerable<(double Start, double Finish)> Expected(Answer queue) =>
        queue["items"].EnumerateArray().Select(item => (Seconds(item.GetProperty("expected_start")), Seconds(item.GetProperty("expected_finish"))));

    private double Seconds(JsonElement instant) => (instant.GetDateTimeOffset() - _service.Now).TotalSeconds;
}
