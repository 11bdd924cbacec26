using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Events;

public sealed class RecordEventTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new() { Settings = { ["limits:line_bytes"] = "4096", ["limits:body_bytes"] = "8192" } };
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task One_event_is_stored_and_answered_with_its_number()
    {
        var body = Event("chain:created", "c", ",\"id\":\"e\",\"colour\":\"red\"");
        var first = await _client.PostEvents(body);
        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        first.Body.ShouldBe("""{"id":"e","seq":1,"warnings":["unknown field 'colour'"]}""");
        var again = await _client.PostEvents(body);
        (again.Status, again["duplicate"].GetBoolean()).ShouldBe((HttpStatusCode.OK, true));
        var other = await _client.PostEvents(Event("chain:created", "d", ",\"id\":\"e\""));
        (other.Status, other.Code).ShouldBe((HttpStatusCode.Conflict, "id_conflict"));
        (await _client.PostEvents(body, headers: ("Prefer", "handling=strict"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData(Ndjson, "{0}\n\n{1}\nnonsense\n")]
    [InlineData("application/json", " [{0} , {1}, 5]")]
    [InlineData("application/json", "\uFEFF[{0},{1},null]")]
    public async Task Many_events_are_judged_one_by_one(string mediaType, string shape)
    {
        var answer = await _client.PostEvents(shape.Replace("{0}", Event("task:started", "a")).Replace("{1}", Event("task:completed", "a")), mediaType);
        answer.Status.ShouldBe((HttpStatusCode)207, answer.Body);
        (answer["stored"].GetInt32(), answer["rejected"].GetInt32(), answer["last_seq"].GetInt32()).ShouldBe((2, 1, 2));
        (await _client.Metrics())["success_rate"].GetProperty("completed").GetInt32().ShouldBe(1);
        (await _client.Get($"{Routes.Tasks}/a"))["status"].GetString().ShouldBe("completed");
    }

    [Theory]
    [InlineData("[]", 200)]
    [InlineData("[5]", 422)]
    [InlineData("[{}", 400)]
    [InlineData("5", 400)]
    [InlineData("", 400)]
    [InlineData("\uFEFF", 400)]
    [InlineData("{}", 422)]
    public async Task What_is_no_event_is_said_to_be_none(string body, int status) => ((int)(await _client.PostEvents(body)).Status).ShouldBe(status);

    [Fact]
    public async Task Limits_are_those_of_completions()
    {
        (await _client.PostEvents(new string(' ', 20_000))).Code.ShouldBe("payload_too_large");
        (await _client.PostEvents(Event("task:started", "a", $",\"x\":\"{new string('x', 9000)}\""))).Code.ShouldBe("payload_too_large");
        (await _client.PostEvents($"[{Event("task:started", "a", $",\"reason\":\"{new string('x', 5000)}\"")}]")).Code.ShouldBe("payload_too_large");
        var lines = await _client.PostEvents(Event("task:started", "a", $",\"reason\":\"{new string('x', 5000)}\"") + "\n" + Event("task:started", "b"), Ndjson);
        (lines["stored"].GetInt32(), lines["results"][0].GetProperty("code").GetString()).ShouldBe((1, "line_too_long"));
        (await _client.PostEvents("{}", "text/plain")).Code.ShouldBe("unsupported_media_type");
        (await _client.PostEvents("{}", query: "?dry_run=true")).Code.ShouldBe("bad_request");
    }

    [Fact]
    public async Task A_key_of_the_header_is_the_id()
    {
        (await _client.PostEvents(Event("chain:created", "c"), headers: ("Idempotency-Key", "k")))["id"].GetString().ShouldBe("k");
        (await _client.PostEvents(Event("chain:created", "c", ",\"id\":\"other\""), headers: ("Idempotency-Key", "k"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var many = await _client.PostEvents($"[{Event("chain:created", "c")},{Event("task:completed", "a")}]", query: "?verdicts=all", headers: ("Idempotency-Key", "b"));
        many["results"].EnumerateArray().Select(r => r.GetProperty("id").GetString()).ShouldBe(["b:1", "b:2"]);
    }

    [Fact]
    public async Task An_end_that_is_told_by_both_ways_is_one_completion()
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        await _client.Patch("a", """{"status":"running"}""");
        await _client.Patch("a", """{"status":"completed"}""");
        var told = await _client.PostEvents(Event("task:completed", "a"));
        (told.Status, told["duplicate"].GetBoolean()).ShouldBe((HttpStatusCode.OK, true));
        (await _client.PostEvents(Event("task:started", "a"))).Code.ShouldBe("task_finished");
        File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Count().ShouldBe(1);
    }
}
