using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PipelineMetrics.Api.Metrics;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Metrics;

public sealed class TimeseriesTests : IAsyncLifetime
{
    // It is 2026-01-02T12:00:00Z, a Friday.
    private readonly ManualTime _clock = new();
    private readonly ServiceUnderTest _service;
    private HttpClient _client = null!;

    public TimeseriesTests() => _service = new ServiceUnderTest { Clock = _clock };

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("?step=day&group_by=task_type,runner&group_by=model&detail=full")]
    [InlineData("?window=36h&step=hour&group_by=outcome")]
    [InlineData("?window=2d&model=m1&model=m2&status=completed&detail=full")]
    [InlineData("?since=2025-12-31T22:30:00Z&until=2026-01-01T07:45:00.5Z&step=1h&group_by=model")]
    [InlineData("?since=2025-12-20T00:00:00Z&step=week&group_by=task_type")]
    [InlineData("?until=2026-01-02T00:00:00Z&step=month&detail=full")]
    [InlineData("?window=90d&step=month&group_by=language")]
    [InlineData("?window=200m&step=5m")]
    [InlineData("?since=2026-01-02T11:00:00Z&until=2026-01-02T13:00:00Z&step=15m")]
    public async Task Every_step_is_what_the_figures_of_its_range_are(string query)
    {
        await RecordAtRandom(150);
        var steps = (await _client.Timeseries(query))["steps"].EnumerateArray().ToList();
        foreach (var step in steps)
        {
            var whole = await _client.Metrics(RangeOf(step) + And(query));
            foreach (var member in step.EnumerateObject().Where(m => m.Name is not ("from" or "to" or "partial" or "throughput_per_hour")))
                member.Value.GetRawText().ShouldBe(whole[member.Name].GetRawText());
            var detailed = await _client.Metrics(RangeOf(step) + And(query) + (query.Contains("detail=full") ? "" : "&detail=full"));
            step.GetProperty("throughput_per_hour").GetRawText().ShouldBe(detailed["detail"].GetProperty("throughput_per_hour").GetRawText());
            step.TryGetProperty("detail", out _).ShouldBe(query.Contains("detail=full"));
        }
        var range = await _client.Metrics(query.Replace("step", "metric"));
        steps.Sum(Total).ShouldBe(range["success_rate"].GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_window_that_rolls_has_every_step_up_to_the_one_that_runs()
    {
        _clock.Advance(TimeSpan.FromMinutes(20));
        await Record("2026-01-02T10:10:00Z", "2026-01-02T10:50:00Z", "2026-01-02T12:05:00Z");
        (await _client.Timeseries("?window=3h&step=hour")).Body.ShouldBe(
            """
            {"step":"hour","steps":[
            {"from":"2026-01-02T09:20:00.000Z","to":"2026-01-02T10:00:00.000Z","partial":true,"throughput_per_hour":0,
            "success_rate":{"completed":0,"failed":0,"total":0,"rate":0},"execution_time":{"p50_seconds":0,"p95_seconds":0}},
            {"from":"2026-01-02T10:00:00.000Z","to":"2026-01-02T11:00:00.000Z","partial":false,"throughput_per_hour":2,
            "success_rate":{"completed":2,"failed":0,"total":2,"rate":1},"execution_time":{"p50_seconds":5,"p95_seconds":5}},
            {"from":"2026-01-02T11:00:00.000Z","to":"2026-01-02T12:00:00.000Z","partial":false,"throughput_per_hour":0,
            "success_rate":{"completed":0,"failed":0,"total":0,"rate":0},"execution_time":{"p50_seconds":0,"p95_seconds":0}},
            {"from":"2026-01-02T12:00:00.000Z","to":null,"partial":true,"throughput_per_hour":null,
            "success_rate":{"completed":1,"failed":0,"total":1,"rate":1},"execution_time":{"p50_seconds":5,"p95_seconds":5}}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Throughput_is_per_hour_of_the_part_of_a_step_that_is_asked_about()
    {
        await Record("2026-01-01T23:40:00Z", "2026-01-01T23:50:00Z", "2026-01-02T06:00:00Z");
        var steps = await Steps("?since=2026-01-01T23:30:00Z&until=2026-01-02T12:00:00Z&step=day");
        steps.Select(s => s.GetProperty("throughput_per_hour").GetRawText()).ShouldBe(["4", "0.0833"]);
        steps.Select(s => s.GetProperty("partial").GetBoolean()).ShouldBe([true, true]);
        steps.Select(s => s.GetProperty("to").GetString()).ShouldBe(["2026-01-02T00:00:00.000Z", "2026-01-02T12:00:00.000Z"]);
    }

    [Theory]
    [InlineData("", "hour", 169)]
    [InlineData("?window=1d", "15m", 97)]
    [InlineData("?window_days=30", "6h", 121)]
    [InlineData("?since=2025-12-29T00:00:00Z&until=2026-01-05T00:00:00Z", "hour", 168)]
    [InlineData("?window=7d&step=1d", "day", 8)]
    [InlineData("?until=2026-01-01T00:00:00Z", "minute", 1)]
    public async Task A_step_that_is_not_given_is_chosen(string query, string step, int count)
    {
        var answer = await _client.Timeseries(query);
        answer["step"].GetString().ShouldBe(step);
        answer["steps"].GetArrayLength().ShouldBe(count);
    }

    [Theory]
    [InlineData("?step=fortnight", "step")]
    [InlineData("?step=", "step")]
    [InlineData("?step=0", "step")]
    [InlineData("?step=7m", "step")]
    [InlineData("?step=Hour", "step")]
    [InlineData("?step=hour&step=day", "step")]
    [InlineData("?window=7d&window=1d", "window")]
    [InlineData("?window=0d&step=day", "window")]
    [InlineData("?window=7d&since=2026-01-01T00:00:00Z", "window")]
    [InlineData("?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "until")]
    [InlineData("?since=2026-01-02T00:00:00Z&until=2026-01-02T00:00:00Z", "until")]
    [InlineData("?since=1h&until=2h", "until")]
    [InlineData("?since=yesterday", "since")]
    [InlineData("?group_by=colour", "group_by")]
    [InlineData("?detail=some", "detail")]
    [InlineData("?detail=full&detail=full", "detail")]
    [InlineData("?model=", "model")]
    [InlineData("?metric=time", "metric")]
    [InlineData("?steps=day", "steps")]
    public async Task A_question_that_is_none_is_a_400_that_names_the_parameter(string query, string field)
    {
        var answer = await _client.Timeseries(query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe(field);
        if (field == "steps") answer["errors"][0].GetProperty("rule").GetString()!.ShouldContain("'step'");
    }

    [Theory]
    [InlineData("?step=minute", "step", "with step=minute there are 10081, choose step=15m")]
    [InlineData("?step=5m&since=2025-12-01T00:00:00Z&until=2026-01-01T00:00:00Z", "step", "with step=5m there are 8928, choose step=30m")]
    [InlineData("?step=day&since=1900-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "step", "choose a shorter range")]
    [InlineData("?since=0001-01-01T00:00:00Z", "since", "with step=month there are 24301, choose a shorter range")]
    public async Task Too_many_steps_are_a_400_that_says_what_to_choose_instead(string query, string field, string rule)
    {
        var answer = await _client.Timeseries(query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe(field);
        answer["errors"][0].GetProperty("rule").GetString()!.ShouldEndWith(rule);
    }

    [Fact]
    public async Task Too_many_groups_are_a_400_that_says_what_to_choose_instead()
    {
        var lines = Enumerable.Range(0, 100 * 210).Select(i =>
            $$"""{"task_id":"t","chain_id":"c{{i % 100}}","duration_seconds":1,"status":"completed","created_at":"{{_clock.GetUtcNow().AddHours(-(i / 100)):O}}"}""");
        (await _client.PostBatch(string.Join('\n', lines))).Status.ShouldBe(HttpStatusCode.OK);
        var answer = await _client.Timeseries("?window=9d&step=hour&group_by=chain_id");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe("group_by");
        answer["errors"][0].GetProperty("rule").GetString().ShouldBe(
            "must not give more than 20000 groups in all steps; with step=hour there are 217 steps of up to 100, choose step=6h, a filter or fewer dimensions");
        (await Steps("?window=9d&step=6h&group_by=chain_id")).Count.ShouldBe(37);
        (await Steps("?window=9d&group_by=chain_id&chain_id=c1&step=hour")).Sum(Total).ShouldBe(210);
    }

    [Fact]
    public async Task The_tag_lasts_until_a_record_arrives_or_leaves_or_a_step_begins()
    {
        await Record("2026-01-02T11:30:00Z");
        var tag = await Tag();
        _clock.Advance(TimeSpan.FromMinutes(59));
        (await Tag()).ShouldBe(tag);
        (await _client.Timeseries(Query, ("If-None-Match", tag))).Status.ShouldBe(HttpStatusCode.NotModified);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var begun = await Tag();
        begun.ShouldNotBe(tag);
        await Record("2026-01-02T13:00:00Z");
        var arrived = await Tag();
        arrived.ShouldNotBe(begun);
        _clock.Advance(TimeSpan.FromMinutes(30));
        (await Tag()).ShouldBe(arrived);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Tag()).ShouldNotBe(arrived);
        (await Steps(Query)).Sum(Total).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_words_asked_of_both_routes_are_two_questions()
    {
        var figures = await _client.Metrics("?window=1d");
        var series = await _client.Timeseries("?window=1d");
        (await _client.Metrics("?window=1d")).Body.ShouldBe(figures.Body);
        (await _client.Timeseries("?window=1d")).Body.ShouldBe(series.Body);
        series.Body.ShouldNotBe(figures.Body);
    }

    [Fact]
    public async Task Whatever_the_clock_does_an_equal_tag_is_an_equal_answer()
    {
        var random = new Random(7);
        var byTag = new Dictionary<string, string>();
        foreach (var query in new[] { "?window=5h&step=hour&detail=full", "?window=95m", "?since=2026-01-02T09:30:00Z", "?since=5h&until=1h", "?window=300m&step=15m" })
        {
            for (var i = 0; i < 40; i++)
            {
                if (random.Next(5) == 0) await RecordAtRandom(1);
                var answer = await _client.Timeseries(query);
                byTag.TryAdd(query + answer.Headers.ETag, answer.Body);
                answer.Body.ShouldBe(byTag[query + answer.Headers.ETag]);
                _clock.Advance(TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerMinute * 12)));
            }
        }
    }

    [Fact]
    public async Task Long_answers_do_not_fill_the_memory()
    {
        var lines = Enumerable.Range(0, 100 * 190).Select(i =>
            $$"""{"task_id":"t","chain_id":"c{{i % 100}}","duration_seconds":1,"status":"completed","created_at":"{{_clock.GetUtcNow().AddHours(-(i / 100)):O}}"}""");
        (await _client.PostBatch(string.Join('\n', lines))).Status.ShouldBe(HttpStatusCode.OK);
        var (asked, kept) = (0L, 0L);
        for (var i = 0; i < 24; i++)
        {
            asked += (await _client.Timeseries($"?window=190h&step=hour&group_by=chain_id&model=unknown&model=m{i}")).Body.Length;
            kept = Math.Max(kept, _service.Services.GetRequiredService<MetricsAnswers>().KeptBytes);
        }
        asked.ShouldBeGreaterThan(40 << 20);
        kept.ShouldBeInRange(16 << 20, 32 << 20);
    }

    private const string Query = "?window=2h&step=hour";

    private async Task<string> Tag() => (await _client.Timeseries(Query)).Headers.ETag!.ToString();

    private async Task<List<JsonElement>> Steps(string query) => [.. (await _client.Timeseries(query))["steps"].EnumerateArray()];

    private static int Total(JsonElement step) => step.GetProperty("success_rate").GetProperty("total").GetInt32();

    private static string RangeOf(JsonElement step) =>
        $"?since={step.GetProperty("from").GetString()}" + (step.GetProperty("to").GetString() is { } to ? $"&until={to}" : "");

    private static string And(string query) => string.Concat(query.TrimStart('?').Split('&')
        .Where(part => part.Length > 0 && part.Split('=')[0] is not ("window" or "since" or "until" or "step")).Select(part => "&" + part));

    private async Task Record(params string[] createdAt)
    {
        foreach (var at in createdAt) (await _client.Post(Completion(more: $""","created_at":"{at}" """))).Status.ShouldBe(HttpStatusCode.Created);
    }

    // Most of them lately, some long ago, some ahead of the clock.
    private async Task RecordAtRandom(int count)
    {
        var random = new Random(count);
        var lines = Enumerable.Range(0, count).Select(_ =>
        {
            var back = TimeSpan.FromMinutes(Math.Exp(random.NextDouble() * 11)) - TimeSpan.FromMinutes(4);
            var runner = random.Next(2) == 0 ? $$""","runner":"r{{random.Next(3)}}" """ : "";
            return $$"""
                {"task_id":"t","task_type":"{{"abc"[random.Next(3)]}}","model":"m{{random.Next(4)}}","duration_seconds":{{random.Next(9)}},"retry_count":{{random.Next(2)}},
                "outcome":"{{new[] { "success", "failure", "cancelled" }[random.Next(3)]}}","created_at":"{{_clock.GetUtcNow() - back:O}}","actual_output_tokens":{{random.Next(99)}}{{runner}}}
                """.ReplaceLineEndings("");
        });
        (await _client.PostBatch(string.Join('\n', lines))).Status.ShouldBe(HttpStatusCode.OK);
    }
}
