using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Metrics;

public sealed class MetricsTests : IAsyncLifetime
{
    private readonly ManualTime _clock = new();
    private readonly ServiceUnderTest _service;
    private HttpClient _client = null!;

    public MetricsTests() => _service = new ServiceUnderTest { Clock = _clock };

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Nothing_recorded_is_the_zero_shape_to_the_letter() =>
        (await _client.Metrics()).Body.ShouldBe(
            """{"success_rate":{"completed":0,"failed":0,"total":0,"rate":0},"execution_time":{"p50_seconds":0,"p95_seconds":0},"by_task_type":{},"by_model":{}}""");

    [Fact]
    public async Task Without_parameters_it_is_the_contract_to_the_letter()
    {
        await Record(("spec", "cursor/auto", 45, "completed"), ("spec", "cursor/auto", 59, "completed"), ("impl", "gpt-5", 120.5m, "failed"));
        (await _client.Metrics()).Body.ShouldBe(
            """
            {"success_rate":{"completed":2,"failed":1,"total":3,"rate":0.67},"execution_time":{"p50_seconds":59,"p95_seconds":120.5},
            "by_task_type":{"impl":{"count":1,"completed":0,"failed":1,"success_rate":0},"spec":{"count":2,"completed":2,"failed":0,"success_rate":1}},
            "by_model":{"cursor/auto":{"count":2,"avg_duration":52.0},"gpt-5":{"count":1,"avg_duration":120.5}}}
            """.ReplaceLineEndings(""));
    }

    [Theory]
    [InlineData("time", "execution_time")]
    [InlineData("success", "success_rate")]
    [InlineData("by_task_type", "by_task_type")]
    [InlineData("by_model", "by_model")]
    [InlineData("nonsense", "success_rate,execution_time,by_task_type,by_model")]
    public async Task One_metric_is_its_key_alone_and_an_unknown_one_is_everything(string metric, string keys) =>
        Keys(await _client.Metrics($"?metric={metric}")).ShouldBe(keys);

    [Fact]
    public async Task Variants_and_dimensions_asked_for_are_added()
    {
        await _client.Post(Completion("t", ""","prompt_variant":"v1","runner":"r1" """));
        Keys(await _client.Metrics()).ShouldBe("success_rate,execution_time,by_task_type,by_model,by_prompt_variant");
        var grouped = await _client.Metrics("?group_by=runner,model&group_by=harness");
        Keys(grouped).ShouldBe("success_rate,execution_time,by_task_type,by_model,by_prompt_variant,by_runner,by_harness");
        grouped["by_runner"].GetRawText().ShouldBe("""{"r1":{"count":1,"completed":1,"failed":0,"success_rate":1,"avg_duration":5.0,"p50_seconds":5,"p95_seconds":5}}""");
    }

    [Theory]
    [InlineData("?task_type=spec", 2)]
    [InlineData("?task_type=spec&task_type=impl", 3)]
    [InlineData("?task_type=spec&model=gpt-5", 0)]
    [InlineData("?status=failed", 1)]
    [InlineData("?outcome=failure", 1)]
    [InlineData("?source=api&window=1h", 3)]
    [InlineData("?window_days=90", 3)]
    [InlineData("?since=2026-01-02T00:00:00Z&until=2026-01-03T00:00:00%2B00:00", 3)]
    [InlineData("?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z", 0)]
    [InlineData("?since=7d&until=1h", 0)]
    [InlineData("?since=24h", 3)]
    [InlineData("?until=2026-01-05T00:00:00Z", 3)]
    public async Task Filters_and_ranges_choose_what_counts(string query, int total)
    {
        await Record(("spec", "m", 1, "completed"), ("spec", "m", 2, "completed"), ("impl", "gpt-5", 3, "failed"));
        (await _client.Metrics(query))["success_rate"].GetProperty("total").GetInt32().ShouldBe(total);
    }

    [Theory]
    [InlineData("?window=0d", "window")]
    [InlineData("?window=7", "window")]
    [InlineData("?window=7y", "window")]
    [InlineData("?window=-1d", "window")]
    [InlineData("?window=99999d", "window")]
    [InlineData("?window=٧d", "window")]
    [InlineData("?window_days=91", "window_days")]
    [InlineData("?window=7d&since=2026-01-01T00:00:00Z", "window")]
    [InlineData("?since=yesterday", "since")]
    [InlineData("?since=01/02/2025", "since")]
    [InlineData("?since=2026-01-02T00:00:00", "since")]
    [InlineData("?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "until")]
    [InlineData("?group_by=colour", "group_by")]
    [InlineData("?detail=some", "detail")]
    [InlineData("?model=", "model")]
    [InlineData("?modle=x", "modle")]
    public async Task A_question_that_is_none_is_a_400_that_names_the_parameter(string query, string field)
    {
        var answer = await _client.Metrics(query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe(field);
        if (field == "modle") answer["errors"][0].GetProperty("rule").GetString()!.ShouldContain("'model'");
    }

    [Fact]
    public async Task The_tag_lasts_until_a_record_arrives_or_leaves_the_window()
    {
        await Record(("spec", "m", 1, "completed"));
        var tag = (await _client.Metrics()).Headers.ETag!.ToString();
        tag.ShouldStartWith("W/");
        _clock.Advance(TimeSpan.FromDays(6));
        (await Again(tag)).ShouldBe(HttpStatusCode.NotModified);
        await Record(("spec", "m", 1, "completed"));
        (await Again(tag)).ShouldBe(HttpStatusCode.OK);
        tag = (await _client.Metrics()).Headers.ETag!.ToString();
        _clock.Advance(TimeSpan.FromDays(1));
        (await Again(tag)).ShouldBe(HttpStatusCode.NotModified);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Again(tag)).ShouldBe(HttpStatusCode.OK);
        (await _client.Metrics())["success_rate"].GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task In_full_detail_a_percentile_is_a_completion_that_can_be_opened()
    {
        await Record(("spec", "m", 3, "completed"), ("spec", "m", 1, "failed"));
        await _client.Post("""{"id":"slow","task_id":"t","duration_seconds":9,"status":"completed","retry_count":2,"actual_cost_usd":0.3,"quality_gates_run":["lint"],"quality_gates_failed":["lint"]}""");
        await _client.Post("""{"task_id":"c","duration_seconds":9,"outcome":"cancelled"}""");
        var detail = (await _client.Metrics("?detail=full"))["detail"];
        detail.GetProperty("duration_seconds").GetProperty("p95_id").GetString().ShouldBe("slow");
        detail.GetProperty("duration_seconds").GetProperty("mean").GetRawText().ShouldBe("4.333");
        detail.GetProperty("outcomes").GetRawText().ShouldBe("""{"success":2,"failure":1,"partial":0,"timeout":0,"cancelled":1,"inferred":0}""");
        detail.GetProperty("cost_usd_micros").GetRawText().ShouldBe("""{"sum":{"n":1,"total":300000},"estimated":0,"per_task":300000,"per_completed_task":150000}""");
        detail.GetProperty("gates").GetRawText().ShouldBe("""{"known":1,"failed":1}""");
        detail.GetProperty("first_pass_yield").GetRawText().ShouldBe("0.3333");
        (await _client.Get($"{Routes.Completions}/slow")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_empty_window_in_full_detail_says_null_and_not_zero()
    {
        var empty = await _client.Metrics("?detail=full");
        empty["detail"].GetProperty("rate").GetRawText().ShouldBe("null");
        empty["detail"].GetProperty("duration_seconds").GetProperty("p50").GetRawText().ShouldBe("null");
        empty["success_rate"].GetProperty("rate").GetRawText().ShouldBe("0");
    }

    private async Task<HttpStatusCode> Again(string tag) => (await _client.Metrics("", ("If-None-Match", tag))).Status;

    private async Task Record(params (string Type, string Model, decimal Seconds, string Status)[] tasks)
    {
        foreach (var task in tasks)
            (await _client.Post($$"""{"task_id":"t","task_type":"{{task.Type}}","model":"{{task.Model}}","duration_seconds":{{task.Seconds}},"status":"{{task.Status}}"}""")).Status.ShouldBe(HttpStatusCode.Created);
    }

    private static string Keys(Answer answer) => string.Join(',', answer.Json.EnumerateObject().Select(p => p.Name));
}

/// <summary>A clock that stands until it is moved; timers run on real time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
