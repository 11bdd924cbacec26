using System.Net;
using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Tasks;

public sealed class TaskTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_task_goes_its_way_and_shows_its_history()
    {
        var made = await _client.PostTask("""{"direction":"Write the parser","task_type":"impl","context":{"repo":"x"},"priority":1.5}""");
        made.Status.ShouldBe(HttpStatusCode.Created);
        var address = made.Headers.Location!.ToString();
        (await Change(address, """{"status":"running","runner":"r1"}"""))["attempt"].GetInt32().ShouldBe(1);
        (await Change(address, """{"status":"needs_decision","reason":"Which dialect?"}"""))["reason"].GetString().ShouldBe("Which dialect?");
        await Change(address, """{"status":"running"}""");
        (await Change(address, """{"status":"timed_out","error":"too slow"}"""))["status"].GetString().ShouldBe("failed");
        var shown = await _client.Get(address);
        shown["history"].EnumerateArray().Select(Kind).ShouldBe(["task:created", "task:started", "task:needs_decision", "task:started", "failed timeout"]);
        shown["next_retry_at"].GetString()!.ShouldEndWith("Z");
        (shown["retries_exhausted"].GetBoolean(), shown["context"].GetRawText()).ShouldBe((false, """{"repo":"x"}"""));
    }

    [Fact]
    public async Task The_end_of_a_task_is_one_line_however_often_it_is_told()
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        await _client.Patch("a", """{"status":"completed","actual_input_tokens":12}""");
        (await _client.Patch("a", """{"status":"completed"}"""))["duplicate"].GetBoolean().ShouldBeTrue();
        var finished = await _client.Patch("a", """{"status":"running"}""");
        (finished.Status, finished.Code).ShouldBe((HttpStatusCode.Conflict, "task_finished"));
        File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Single().ShouldContain("\"actual_input_tokens\":12");
    }

    [Theory]
    [InlineData("{}", 422, "invalid")]
    [InlineData("""{"status":"done"}""", 422, "invalid")]
    [InlineData("""{"status":"completed","task_id":"other"}""", 422, "invalid")]
    [InlineData("""{"status":"completed","duration_seconds":-1}""", 422, "invalid_completion")]
    [InlineData("""{"status":5}""", 400, "wrong_type")]
    [InlineData("[]", 400, "invalid_json")]
    public async Task A_change_that_asks_for_nothing_or_nonsense_is_refused(string body, int status, string code)
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        var answer = await _client.Patch("a", body);
        ((int)answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Theory]
    [InlineData("""{"task_type":"spec"}""", 422)]
    [InlineData("""{"direction":""}""", 422)]
    [InlineData("""{"direction":5}""", 400)]
    public async Task A_task_needs_a_direction(string body, int status) => ((int)(await _client.PostTask(body)).Status).ShouldBe(status);

    [Fact]
    public async Task Where_an_id_occurs_in_several_chains_the_chain_must_be_said()
    {
        foreach (var chain in new[] { "", "c1", "c 2" })
            await _client.PostTask($$"""{"task_id":"001","direction":"d"{{(chain.Length > 0 ? $",\"chain_id\":\"{chain}\"" : "")}}}""");
        var ambiguous = await _client.Get($"{Routes.Tasks}/001");
        (ambiguous.Status, ambiguous.Code).ShouldBe((HttpStatusCode.Conflict, "ambiguous_task"));
        ambiguous["chains"].EnumerateArray().Select(c => c.GetString()).ShouldBe(["", "c1", "c 2"]);
        (await _client.Get($"{Routes.Tasks}/001?chain_id="))["task_id"].GetString().ShouldBe("001");
        (await _client.Get($"{Routes.Tasks}/001?chain_id=c%202"))["chain_id"].GetString().ShouldBe("c 2");
        (await _client.Patch("001?chain_id=c1", """{"status":"running"}"""))["chain_id"].GetString().ShouldBe("c1");
        (await _client.Get($"{Routes.Tasks}/001?chain_id=c3")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_id_with_a_slash_is_found_by_the_query()
    {
        var address = (await _client.PostTask("""{"task_id":"a/b","chain_id":"c","direction":"d"}""")).Headers.Location!.ToString();
        address.ShouldBe($"{Routes.Tasks}?task_id=a%2Fb&chain_id=c");
        (await _client.Get(address))["history"].GetArrayLength().ShouldBe(1);
        (await Change(address, """{"status":"running"}"""))["task_id"].GetString().ShouldBe("a/b");
        (await _client.Send(HttpMethod.Delete, address, null, null))["status"].GetString().ShouldBe("cancelled");
        (await _client.Send(HttpMethod.Delete, Routes.Tasks, null, null)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("count")]
    [InlineData("Attention")]
    [InlineData("completions")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("x%2Fy")]
    [InlineData("a b?c#d&e")]
    [InlineData("日本/語")]
    public async Task Whatever_the_id_its_address_leads_to_the_task(string id)
    {
        var made = await _client.PostTask($$"""{"task_id":"{{id}}","chain_id":"c/1","direction":"d"}""");
        (await _client.Get(made.Headers.Location!.OriginalString))["task_id"].GetString().ShouldBe(id);
    }

    [Fact]
    public async Task A_slash_may_be_escaped_in_the_path_and_the_exact_id_comes_first()
    {
        await _client.PostTask("""{"task_id":"a/b","direction":"d"}""");
        (await _client.Patch("a%2Fb", """{"status":"running"}"""))["task_id"].GetString().ShouldBe("a/b");
        await _client.PostTask("""{"task_id":"a%2Fb","direction":"d"}""");
        (await _client.Get($"{Routes.Tasks}/a%2Fb"))["task_id"].GetString().ShouldBe("a%2Fb");
    }

    [Fact]
    public async Task Tasks_without_a_chain_are_those_with_an_empty_one()
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        await _client.PostTask("""{"task_id":"b","chain_id":"c","direction":"d"}""");
        Ids(await _client.Get($"{Routes.Tasks}?chain_id=")).ShouldBe(["a"]);
        Ids(await _client.Get($"{Routes.Tasks}?chain_id=c")).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_task_of_another_runner_is_a_409()
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        await _client.Patch("a", """{"runner":"r1"}""");
        (await _client.Patch("a", """{"status":"running","runner":"r2"}""")).Code.ShouldBe("task_claimed");
    }

    [Fact]
    public async Task Tasks_are_listed_in_pages_and_counted_by_status()
    {
        for (var i = 0; i < 5; i++) await _client.PostTask($$"""{"task_id":"t{{i}}","direction":"d","task_type":"{{(i % 2 == 0 ? "spec" : "impl")}}"}""");
        await _client.Patch("t0", """{"status":"failed"}""");
        var first = await _client.Get($"{Routes.Tasks}?limit=2");
        Ids(first).ShouldBe(["t4", "t3"]);
        first["total"].GetInt32().ShouldBe(5);
        Ids(await _client.Get($"{Routes.Tasks}?limit=2&cursor={first["next"].GetString()}")).ShouldBe(["t2", "t1"]);
        Ids(await _client.Get($"{Routes.Tasks}?task_type=spec&status=pending")).ShouldBe(["t4", "t2"]);
        Ids(await _client.Get($"{Routes.Tasks}?offset=4")).ShouldBe(["t0"]);
        Ids(await _client.Get($"{Routes.Tasks}/attention")).ShouldBe(["t0"]);
        var count = await _client.Get($"{Routes.Tasks}/count");
        (count["total"].GetInt32(), count["by_status"].GetRawText()).ShouldBe((5, """{"pending":4,"running":0,"needs_decision":0,"completed":0,"failed":1,"cancelled":0}"""));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=abc")]
    [InlineData("limit=1&limit=2")]
    [InlineData("limit=")]
    [InlineData("status=done")]
    [InlineData("cursor=x")]
    [InlineData("limti=5")]
    public async Task A_query_that_is_none_is_a_400(string query) =>
        (await _client.Get($"{Routes.Tasks}?{query}")).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_task_can_be_given_up_once()
    {
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
        (await _client.Send(HttpMethod.Delete, $"{Routes.Tasks}/a?reason=obsolete", null, null))["status"].GetString().ShouldBe("cancelled");
        (await _client.Send(HttpMethod.Delete, $"{Routes.Tasks}/a", null, null))["duplicate"].GetBoolean().ShouldBeTrue();
        (await _client.Send(HttpMethod.Delete, $"{Routes.Tasks}/nobody", null, null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _client.Post(Calls.Completion("a"))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    private static IEnumerable<string?> Ids(Answer list) => list["items"].EnumerateArray().Select(t => t.GetProperty("task_id").GetString());

    private static string Kind(JsonElement line) => line.TryGetProperty("event_type", out var type)
        ? type.GetString()!
        : $"{line.GetProperty("status").GetString()} {line.GetProperty("outcome").GetString()}";

    private async Task<Answer> Change(string address, string json)
    {
        var answer = await _client.Send(HttpMethod.Patch, address, json, "application/json");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return answer;
    }
}
