using System.Net;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Pipeline;

/// <summary>Tasks, chains, requests and agents over HTTP.</summary>
public sealed class PipelineTests
{
    private const string History = """
        {"event_type":"request:created","entity_id":"CR-1","timestamp":"2026-01-01T00:00:00Z"}
        {"event_type":"chain:created","entity_id":"c-1","request_id":"CR-1","timestamp":"2026-01-01T01:00:00Z"}
        {"event_type":"task:started","entity_id":"a","chain_id":"c-1","timestamp":"2026-01-01T02:00:00Z"}
        {"event_type":"task:completed","entity_id":"a","chain_id":"c-1","timestamp":"2026-01-01T02:10:00Z","agent":{"model":"m","tokens":{"input":5000,"output":2000}}}
        {"event_type":"task:started","entity_id":"b","chain_id":"c-1","timestamp":"2026-01-02T02:00:00Z"}
        {"event_type":"request:closed","entity_id":"CR-1","timestamp":"2026-01-03T00:00:00Z"}
        """;

    [Fact]
    public async Task The_pipeline_is_shown_with_every_figure_of_the_decision_record()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.PostEvents(History, Calls.Ndjson);
        var answer = await client.Get(Routes.Pipeline);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer["event_count"].GetInt64().ShouldBe(6);
        answer["last_event_id"].GetString().ShouldNotBeNullOrEmpty();
        answer["tasks"].GetRawText().ShouldBe(
            """{"total":2,"completed":1,"reworked":0,"rework_rate":0,"avg_cycle_time_ms":600000,"p50_cycle_time_ms":600000,"p90_cycle_time_ms":600000}""");
        answer["chains"].GetRawText().ShouldBe("""{"total":1,"completed":0,"avg_tasks_per_chain":2}""");
        answer["requests"].GetRawText().ShouldBe("""{"total":1,"closed":1,"avg_cycle_time_ms":172800000}""");
        answer["agents"].GetProperty("m").GetRawText().ShouldBe(
            """{"tasks_completed":1,"rework_rate":0,"avg_cycle_time_ms":600000,"total_tokens":{"input":5000,"output":2000}}""");
    }

    [Fact]
    public async Task An_empty_log_has_zeros_that_count_and_nulls_that_say_that_nothing_is_known()
    {
        await using var service = new ServiceUnderTest();
        var answer = await (await service.StartAsync()).Get(Routes.Pipeline);
        answer["tasks"].GetRawText().ShouldBe(
            """{"total":0,"completed":0,"reworked":0,"rework_rate":null,"avg_cycle_time_ms":null,"p50_cycle_time_ms":null,"p90_cycle_time_ms":null}""");
        answer["agents"].GetRawText().ShouldBe("{}");
    }

    [Theory]
    [InlineData("?as_of=2026-01-01T02:09:59.999Z", 1, 0, 3)]
    [InlineData("?as_of=2026-01-01T02:10:00Z", 1, 1, 4)]
    [InlineData("?since=2026-01-01T02:10:00Z", 2, 1, 3)]
    [InlineData("?since=2026-01-01T02:10:00Z&until=2026-01-02T02:00:00Z", 1, 1, 1)]
    [InlineData("?window=1h&as_of=2026-01-01T02:30:00Z", 1, 1, 2)]
    [InlineData("?window=3660d", 2, 1, 6)]
    [InlineData("?window=1s", 0, 0, 0)]
    public async Task A_range_counts_what_happened_in_it(string query, long tasks, long completed, long events)
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.PostEvents(History, Calls.Ndjson);
        var answer = await client.Get(Routes.Pipeline + query);
        (answer["tasks"].GetProperty("total").GetInt64(), answer["tasks"].GetProperty("completed").GetInt64(), answer["event_count"].GetInt64())
            .ShouldBe((tasks, completed, events));
    }

    [Fact]
    public async Task A_kept_answer_is_not_given_once_there_is_something_new()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        foreach (var total in new[] { 1, 2, 3 })
        {
            await client.Post($$"""{"task_id":"t-{{total}}","duration_seconds":1,"status":"completed"}""");
            (await client.Get(Routes.Pipeline))["tasks"].GetProperty("total").GetInt64().ShouldBe(total);
            (await client.Get(Routes.Pipeline + "?window=1d"))["tasks"].GetProperty("total").GetInt64().ShouldBe(total);
        }
    }

    [Fact]
    public async Task Chains_come_by_pages_and_those_that_wait_first()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.PostEvents(History, Calls.Ndjson);
        await client.PostEvents("""{"event_type":"chain:created","entity_id":"c-0","timestamp":"2026-01-01T01:00:00Z"}""");
        var first = await client.Get(Routes.Chains + "?limit=1");
        var chain = first["items"][0];
        chain.GetProperty("chain_id").GetString().ShouldBe("c-1");
        chain.GetProperty("oldest_open").GetProperty("task_id").GetString().ShouldBe("b");
        chain.GetProperty("oldest_open").GetProperty("wait_seconds").GetInt64().ShouldBeGreaterThan(0);
        first["total"].GetInt64().ShouldBe(2);
        var second = await client.Get($"{Routes.Chains}?limit=1&cursor={first["next"].GetString()}");
        second["items"][0].GetProperty("chain_id").GetString().ShouldBe("c-0");
        second.Json.TryGetProperty("next", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refresh_writes_the_file_and_a_question_never_does()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Get(Routes.Pipeline);
        var file = Path.Combine(service.LogDirectory, "aggregates.json");
        File.Exists(file).ShouldBeFalse();
        (await client.Send(HttpMethod.Post, Routes.PipelineRefresh, null, null)).Status.ShouldBe(HttpStatusCode.OK);
        File.ReadAllText(file).ShouldContain("\"eventCount\": 0");
    }

    [Theory]
    [InlineData("?as_of=yesterday", "as_of")]
    [InlineData("?as_of=2026-01-01T00:00:00", "as_of")]
    [InlineData("?as_of=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z", "as_of")]
    [InlineData("?as_of=2026-01-01T00:00:00Z&since=2026-01-02T00:00:00Z", "as_of")]
    [InlineData("?window=0d", "window")]
    [InlineData("?asof=2026-01-01T00:00:00Z", "asof")]
    [InlineData("?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "until")]
    public async Task A_range_that_makes_no_sense_is_told_by_name(string query, string field)
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        foreach (var route in new[] { Routes.Pipeline, Routes.Chains })
        {
            var answer = await client.Get(route + query);
            answer.Status.ShouldBe(HttpStatusCode.BadRequest);
            answer["errors"][0].GetProperty("field").GetString().ShouldBe(field);
        }
    }
}
