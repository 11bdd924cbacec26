using System.Net;
using System.Text.Json;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Compaction;

public sealed class CompactTests : IAsyncLifetime
{
    private const string Header = "Pipeline-Truncated-Before";
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await _service.StartAsync();
        await _client.Post(Completion("a", ",\"id\":\"a\""));
        await _client.Post(Completion("b", ",\"created_at\":\"2025-01-01T00:00:00Z\""));
        await _client.PostEvents(Event("chain:created", "c", ",\"timestamp\":\"2025-02-01T00:00:00Z\""));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task What_leaves_is_named_and_is_in_the_archive()
    {
        var answer = await Compact("""{"before":"2100-01-01T00:00:00Z","seal":true}""");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        (answer["before"].GetString(), answer["dry_run"].GetBoolean()).ShouldBe(("2100-01-01T00:00:00.000Z", false));
        answer["kept_because"].EnumerateArray().Select(kept => kept.GetProperty("code").GetString()).ShouldBe(["active", "active"]);
        foreach (var file in answer["archived"].EnumerateArray())
        {
            var name = file.GetProperty("file").GetString()!;
            File.Exists(Path.Combine(_service.LogDirectory, name)).ShouldBeFalse();
            new FileInfo(Path.Combine(_service.LogDirectory, "archive", $"{name}.gz")).Length.ShouldBe(file.GetProperty("archived_bytes").GetInt64());
        }
        answer["archived"].EnumerateArray().Select(Numbers).ShouldBe([(3, 3, 1), (1, 2, 2)]);
        (await _client.Metrics("?since=2020-01-01T00:00:00Z"))["success_rate"].GetProperty("total").GetInt64().ShouldBe(0);
        (await _client.Get($"{Routes.Completions}/a")).Status.ShouldBe(HttpStatusCode.OK);
        (await _client.Post("""{"revises":"a","turns":1}""")).Code.ShouldBe("completion_archived");
    }

    [Fact]
    public async Task A_dry_run_leaves_everything_and_the_parameters_may_stand_in_the_query()
    {
        var answer = await _client.Send(HttpMethod.Post, Routes.Compact + "?before=2100-01-01T00:00:00Z&seal=true&dry_run=true", null, null);

        answer["dry_run"].GetBoolean().ShouldBeTrue();
        answer["archived"].GetArrayLength().ShouldBe(2);
        answer["archived"][0].TryGetProperty("archived_bytes", out _).ShouldBeFalse();
        Directory.Exists(Path.Combine(_service.LogDirectory, "archive")).ShouldBeFalse();
        (await _client.Metrics("?since=2020-01-01T00:00:00Z"))["success_rate"].GetProperty("total").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("", """{"before":"30d"}""")]
    [InlineData("?before=30d", "")]
    [InlineData("?seal=true", """{"before":"2026-01-01T00:00:00%2B01:00","dry_run":false}""")]
    public async Task An_instant_may_be_a_length_back_from_now(string query, string body)
    {
        var answer = await Compact(body.Replace("%2B", "+", StringComparison.Ordinal), query);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        answer["archived"].GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("", "", 422, "invalid")]
    [InlineData("", "{}", 422, "invalid")]
    [InlineData("", """{"before":"30d","sael":true}""", 422, "invalid")]
    [InlineData("", """{"before":"yesterday"}""", 400, "bad_request")]
    [InlineData("?before=2026-01-01", "", 400, "bad_request")]
    [InlineData("?before=-3d", "", 400, "bad_request")]
    [InlineData("?before=30d&before=31d", "", 400, "bad_request")]
    [InlineData("?before=30d&dry_run=yes", "", 400, "bad_request")]
    [InlineData("?before=30d&dryrun=true", "", 400, "bad_request")]
    [InlineData("?before=30d", """{"before":"30d"}""", 400, "bad_request")]
    [InlineData("", """{"before":30}""", 400, "wrong_type")]
    [InlineData("", """{"before":"30d","seal":"true"}""", 400, "wrong_type")]
    [InlineData("", """["30d"]""", 400, "wrong_type")]
    [InlineData("", """{"before":"30d","before":"31d"}""", 400, "duplicate_field")]
    [InlineData("", """{"before":"30d\ud800"}""", 400, "invalid_json")]
    [InlineData("", """{"before":"30d" """, 400, "invalid_json")]
    public async Task What_cannot_be_meant_is_refused(string query, string body, int status, string code)
    {
        var answer = await Compact(body, query);

        ((int)answer.Status, answer.Code).ShouldBe((status, code), answer.Body);
        answer.Json.TryGetProperty("errors", out var errors).ShouldBeTrue();
        errors.GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Another_kind_of_body_is_a_415() =>
        (await _client.Send(HttpMethod.Post, Routes.Compact, "before=30d", "application/x-www-form-urlencoded")).Code.ShouldBe("unsupported_media_type");

    [Theory]
    [InlineData("/metrics", false)]
    [InlineData("/metrics?window=2w", true)]
    [InlineData("/metrics?since=2020-01-01T00:00:00Z", true)]
    [InlineData("/metrics/timeseries?window=30d", true)]
    [InlineData("/metrics/timeseries?window=1h", false)]
    [InlineData("/events", true)]
    [InlineData("/events?cursor=3", false)]
    [InlineData("/events?order=desc", true)]
    [InlineData("/events?order=desc&limit=1", false)]
    [InlineData("/events?since=2025-01-15T00:00:00Z", true)]
    [InlineData("/events?since=1h", false)]
    public async Task An_answer_that_reaches_before_what_the_log_holds_says_so(string question, bool isCut)
    {
        var clock = new WallClock();
        await using var service = new ServiceUnderTest { Clock = clock };
        var client = await service.StartAsync();
        await client.Post(Completion("a"));
        await client.PostEvents(Event("chain:created", "c"));
        (await client.Get(Routes.Base + question)).Headers.Contains(Header).ShouldBeFalse();
        await client.Send(HttpMethod.Post, Routes.Compact + "?before=2100-01-01T00:00:00Z&seal=true", null, null);
        clock.Now += TimeSpan.FromDays(8);
        await client.Post(Completion("b"));
        await client.Post(Completion("d"));

        var answer = await client.Get(Routes.Base + question);

        answer.Headers.TryGetValues(Header, out var values).ShouldBe(isCut, answer.Body);
        if (isCut) values.ShouldBe(["2028-02-29T23:59:58.001Z"]);
    }

    [Fact]
    public async Task Details_say_it_in_the_answer_too_and_the_contract_stays_what_it_is()
    {
        var before = (await _client.Metrics("?window=90d")).Headers.ETag!.Tag;
        await Compact("""{"before":"2100-01-01T00:00:00Z","seal":true}""");

        var contract = await _client.Metrics("?window=90d");
        var detail = await _client.Metrics("?window=90d&detail=full");
        var series = await _client.Timeseries("?window=90d");

        contract.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success_rate", "execution_time", "by_task_type", "by_model"]);
        contract.Headers.ETag!.Tag.ShouldNotBe(before);
        detail["truncated_before"].GetString().ShouldBe(detail.Headers.GetValues(Header).Single());
        series["truncated_before"].GetString().ShouldBe(detail["truncated_before"].GetString());
        (await _client.Metrics("?window=90d", ("If-None-Match", contract.Headers.ETag.ToString()))).Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Everything_is_the_same_after_a_restart_and_what_is_too_old_leaves_by_itself()
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-metrics-");
        var settings = new Dictionary<string, string> { ["log:directory"] = folder.FullName, ["log:segment_bytes"] = "65536" };
        var clock = new WallClock();
        await using (var first = Service(settings, clock))
        {
            var client = await first.StartAsync();
            for (var i = 0; i < 20; i++) await client.Post(Completion($"t{i}", $",\"metadata\":{{\"x\":\"{new string('x', 7000)}\"}}"));
        }
        settings["metrics:retention_days"] = "2";
        clock.Now += TimeSpan.FromDays(3);

        await using (var second = Service(settings, clock))
        {
            var client = await second.StartAsync();
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var answer = await client.Metrics();
            for (; !answer.Headers.Contains(Header); answer = await client.Metrics()) end.Token.ThrowIfCancellationRequested();
            answer["success_rate"].GetProperty("total").GetInt64().ShouldBeLessThan(20);
        }
        folder.Delete(recursive: true);
    }

    private static ServiceUnderTest Service(Dictionary<string, string> settings, WallClock clock)
    {
        var service = new ServiceUnderTest { Clock = clock };
        foreach (var (key, value) in settings) service.Settings[key] = value;
        return service;
    }

    private Task<Answer> Compact(string body, string query = "") =>
        _client.Send(HttpMethod.Post, Routes.Compact + query, body.Length == 0 ? null : body, body.Length == 0 ? null : "application/json");

    private static (long, long, long) Numbers(JsonElement file) =>
        (file.GetProperty("first_seq").GetInt64(), file.GetProperty("last_seq").GetInt64(), file.GetProperty("lines").GetInt64());

    private sealed class WallClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2028, 2, 29, 23, 59, 58, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
