using System.Net;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Predictions;

public sealed class PredictionTests : IAsyncLifetime
{
    private readonly Metrics.ManualTime _clock = new();
    private readonly ServiceUnderTest _service;
    private HttpClient _client = null!;

    public PredictionTests() => _service = new ServiceUnderTest { Clock = _clock };

    public async Task InitializeAsync() => _client = await _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Nothing_recorded_predicts_nothing_to_the_letter() =>
        (await Predict("?task_type=impl")).Body.ShouldBe(
            """
            {"task_type":"impl","model":null,"provider":null,"complexity":null,"sample_size":0,"confidence":"none","fallback":"none",
            "input_tokens":{"n":0,"p10":null,"p25":null,"median":null,"p75":null,"p90":null},
            "output_tokens":{"n":0,"p10":null,"p25":null,"median":null,"p75":null,"p90":null},
            "cost_usd_micros":{"n":0,"p10":null,"p25":null,"median":null,"p75":null,"p90":null},
            "duration_ms":{"n":0,"p10":null,"p25":null,"median":null,"p75":null,"p90":null}}
            """.ReplaceLineEndings(""));

    [Fact]
    public async Task What_was_recorded_is_what_is_predicted()
    {
        await Record(10, ""","task_type":"impl","model":"m","provider":"p","complexity":"high","actual_input_tokens":#00,"actual_cost_usd_micros":#""");
        var answer = await Predict("?task_type=impl&model=m&provider=p&complexity=high");
        answer["input_tokens"].GetRawText().ShouldBe("""{"n":10,"p10":100,"p25":300,"median":500,"p75":800,"p90":900}""");
        answer["cost_usd_micros"].GetRawText().ShouldBe("""{"n":10,"p10":1,"p25":3,"median":5,"p75":8,"p90":9}""");
        answer["duration_ms"].GetProperty("median").GetInt64().ShouldBe(5000);
        answer["output_tokens"].GetProperty("n").GetInt64().ShouldBe(0);
        (answer["fallback"].GetString(), answer["confidence"].GetString(), answer["complexity"].GetString()).ShouldBe(("exact", "low", "high"));
        (await Predict("?task_type=impl&model=m&provider=p&complexity=low"))["fallback"].GetString().ShouldBe("without_complexity");
        (await Predict("?task_type=impl&model=m&provider=q&complexity=high"))["fallback"].GetString().ShouldBe("without_provider");
        (await Predict("?task_type=impl&model=m&provider=q&complexity=low"))["fallback"].GetString().ShouldBe("task_type_and_model");
        (await Predict("?task_type=spec"))["fallback"].GetString().ShouldBe("all");
    }

    [Fact]
    public async Task The_last_90_days_count_unless_another_range_is_asked_for()
    {
        await Record(1, ""","task_type":"impl" """);
        _clock.Advance(TimeSpan.FromDays(60));
        await Record(2, ""","task_type":"impl" """);
        (await SizeOf("")).ShouldBe(3);
        (await SizeOf("&window=30d")).ShouldBe(2);
        (await SizeOf("&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z")).ShouldBe(1);
        _clock.Advance(TimeSpan.FromDays(31));
        (await SizeOf("")).ShouldBe(2);
        (await SizeOf("&since=2026-01-01T00:00:00Z")).ShouldBe(3);
    }

    [Fact]
    public async Task The_setting_says_how_many_attempts_are_enough()
    {
        await using var service = new ServiceUnderTest { Settings = { ["predictions:min_samples"] = "2" } };
        _client = await service.StartAsync();
        await Record(2, ""","task_type":"impl","model":"m","actual_output_tokens":7""");
        (await _client.PostTask("""{"task_id":"t","direction":"d","task_type":"impl","model":"m"}"""))["estimated_output_tokens"].GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task A_task_is_registered_with_what_is_predicted_and_judges_that_when_it_is_done()
    {
        await Record(10, ""","task_type":"impl","model":"m","actual_input_tokens":#00""");
        const string Task = """{"task_id":"new","direction":"d","task_type":"impl","model":"m"}""";
        var registered = await _client.PostTask(Task);
        registered["estimated_input_tokens"].GetInt64().ShouldBe(500);
        registered.Json.TryGetProperty("estimated_cost_usd_micros", out _).ShouldBeFalse();
        await Record(30, ""","task_type":"impl","model":"m","actual_input_tokens":9000""");
        var again = await _client.PostTask(Task);
        (again.Status, again["estimated_input_tokens"].GetInt64()).ShouldBe((HttpStatusCode.OK, 500));
        await _client.Patch("new", """{"status":"completed","actual_input_tokens":400}""");
        (await _client.Metrics("?detail=full"))["detail"].GetProperty("prediction_error").GetRawText().ShouldBe(
            """
            {"input_tokens":{"n":1,"estimated_total":500,"actual_total":400,"median_absolute_percentage_error":25},
            "output_tokens":{"n":0,"estimated_total":null,"actual_total":null,"median_absolute_percentage_error":null},
            "cost_usd_micros":{"n":0,"estimated_total":null,"actual_total":null,"median_absolute_percentage_error":null}}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task The_tag_lasts_until_a_record_arrives_or_leaves_the_window()
    {
        await Record(1, ""","task_type":"impl" """);
        var tag = (await Predict("?task_type=impl")).Headers.ETag!.ToString();
        _clock.Advance(TimeSpan.FromDays(90));
        (await Again(tag)).ShouldBe(HttpStatusCode.NotModified);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Again(tag)).ShouldBe(HttpStatusCode.OK);
        tag = (await Predict("?task_type=impl")).Headers.ETag!.ToString();
        await Record(1, ""","task_type":"spec" """);
        (await Again(tag)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("", "task_type")]
    [InlineData("?window=30d", "task_type")]
    [InlineData("?task_type=", "task_type")]
    [InlineData("?task_type=a&task_type=b", "task_type")]
    [InlineData("?task_type=a&window=never", "window")]
    [InlineData("?task_type=a&window=7d&since=2026-01-01T00:00:00Z", "window")]
    [InlineData("?task_typ=a&model=m", "task_typ")]
    public async Task A_question_that_is_none_is_a_400_that_names_the_parameter(string query, string field)
    {
        var answer = await Predict(query);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer["errors"][0].GetProperty("field").GetString().ShouldBe(field);
    }

    private Task<Answer> Predict(string query, params (string, string)[] headers) => _client.Get(Routes.Predictions + query, headers);

    private async Task<int> SizeOf(string range) => (await Predict("?task_type=impl" + range))["sample_size"].GetInt32();

    private async Task<HttpStatusCode> Again(string tag) => (await Predict("?task_type=impl", ("If-None-Match", tag))).Status;

    // A # is the number of the attempt, from 1.
    private async Task Record(int attempts, string more)
    {
        for (var i = 1; i <= attempts; i++)
            (await _client.Post(Completion($"t{i}", more.Replace("#", $"{i}", StringComparison.Ordinal)))).Status.ShouldBe(HttpStatusCode.Created);
    }
}
