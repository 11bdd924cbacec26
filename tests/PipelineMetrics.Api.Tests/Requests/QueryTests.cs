using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Requests;

/// <summary>A query says what the route takes, or it is refused: a slip must never become another question or another task.</summary>
public sealed class QueryTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await _service.StartAsync();
        await _client.PostTask("""{"task_id":"a","direction":"d"}""");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("PATCH", "/a?chian_id=c1", "chian_id")]
    [InlineData("PATCH", "/a?task_id=b", "task_id")]
    [InlineData("PATCH", "", "task_id")]
    [InlineData("PATCH", "?task_id=a&task_id=b", "task_id")]
    [InlineData("DELETE", "/a?raeson=x", "raeson")]
    [InlineData("DELETE", "/a?chain_id=&chain_id=c", "chain_id")]
    [InlineData("POST", "?dry_run=true", "dry_run")]
    [InlineData("POST", "/completions?dry_run=true", "dry_run")]
    [InlineData("POST", "/completions/batch?verdict=all", "verdict")]
    [InlineData("POST", "/completions/batch?verdicts=some", "verdicts")]
    [InlineData("GET", "/a?chain_id=&colour=red", "colour")]
    [InlineData("GET", "?task_id=a&task_id=b", "task_id")]
    [InlineData("GET", "?task_id=", "task_id")]
    [InlineData("GET", "/count?status=failed", "status")]
    [InlineData("GET", "/completions", "id")]
    [InlineData("GET", "/completions?id=", "id")]
    [InlineData("GET", "/completions/x?id=y", "id")]
    public async Task What_a_route_does_not_take_is_a_400_that_names_it(string method, string address, string field)
    {
        var (body, type) = method == "GET" ? (null, null) : ("""{"status":"completed"}""", "application/json");
        var answer = await _client.Send(new HttpMethod(method), Routes.Tasks + address, body, type);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"].EnumerateArray().Select(e => e.GetProperty("field").GetString()).ShouldContain(field);
        (await _client.Get($"{Routes.Tasks}/a"))["status"].GetString().ShouldBe("pending");
    }

    [Theory]
    [InlineData("a{0}=1&", 1500)]
    [InlineData("group_by=a{0}&", 500)]
    [InlineData("group_by=,,,,,,,,,,,,,,,,,&", 300)]
    public async Task A_long_query_of_slips_does_not_buy_a_long_answer(string part, int times)
    {
        var query = string.Concat(Enumerable.Range(0, times).Select(i => part.Replace("{0}", i.ToString())));
        var answer = await _client.Metrics("?" + query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer["errors"].GetArrayLength().ShouldBe(10);
        answer.Body.Length.ShouldBeLessThan(16_000);
    }

    [Fact]
    public async Task A_long_name_or_value_is_shown_shortened_and_never_cut_inside_a_character()
    {
        var answer = await _client.Metrics($"?window={new string('a', 99)}%F0%9F%98%80bc&{new string('x', 5000)}=1");
        answer["errors"][0].GetProperty("value").GetString().ShouldBe(new string('a', 99) + "…");
        answer["errors"][1].GetProperty("field").GetString().ShouldBe(new string('x', 100) + "…");
    }

    [Fact]
    public async Task A_route_without_parameters_says_so() =>
        (await _client.Send(HttpMethod.Post, Routes.Completions + "?x=1", Completion(), "application/json"))["detail"].GetString()!.ShouldContain("'x' is not a parameter here; it takes none");

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/timeseries")]
    [InlineData("/tasks")]
    [InlineData("/tasks/count")]
    [InlineData("/tasks/attention")]
    [InlineData("/tasks/a")]
    public async Task Whatever_answers_get_answers_head(string path)
    {
        var answer = await _client.Send(HttpMethod.Head, Routes.Base + path, null, null);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        if (path.StartsWith("/metrics", StringComparison.Ordinal)) answer.Headers.ETag.ShouldBe((await _client.Get(Routes.Base + path)).Headers.ETag);
    }
}
