using System.Net;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Tests.Status;

public sealed class StatusTests : IAsyncLifetime
{
    private LastingService _service = null!;

    private HttpClient Client => _service.Client;

    public async Task InitializeAsync() => _service = await LastingService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Where_nothing_happened_nothing_is_wrong()
    {
        var status = await Status();
        (status["status"].GetString(), status["counts"].GetProperty("pending").GetInt32()).ShouldBe(("idle", 0));
        foreach (var list in new[] { "runners", "active", "last_completions" }) status[list].GetArrayLength().ShouldBe(0);
        status["flags"].GetRawText().ShouldStartWith("""[{"name":"stuck","raised":false,"value":null,"threshold":600,"reason":"no task is pending"},""");
        Flags(status).ShouldBe([("stuck", false), ("repeated_failures", false), ("low_success", false)]);
    }

    [Fact]
    public async Task What_runs_is_shown_with_who_runs_it_and_for_how_long()
    {
        foreach (var id in new[] { "a", "b", "c", "d" }) await Client.PostTask($$"""{"task_id":"{{id}}","direction":"d","task_type":"impl","model":"m"}""");
        await Client.Patch("b", """{"status":"running","runner":"two"}""");
        _service.Clock.Advance(TimeSpan.FromSeconds(10));
        await Client.Patch("a", """{"status":"running","runner":"one"}""");
        await Client.Patch("c", """{"runner":"one"}""");
        _service.Clock.Advance(TimeSpan.FromSeconds(1.5));
        await Client.Patch("b", """{"status":"needs_decision","reason":"Which one?"}""");
        _service.Clock.Advance(TimeSpan.FromSeconds(100));
        var status = await Status();
        (status["status"].GetString(), status["counts"].GetRawText()).ShouldBe(
            ("running", """{"pending":2,"running":1,"needs_decision":1,"completed":0,"failed":0,"cancelled":0}"""));
        status["active"].GetRawText().ShouldBe(
            """[{"task_id":"b","status":"needs_decision","task_type":"impl","model":"m","runner":"two","reason":"Which one?","attempt":1,"started_at":"2026-03-01T12:00:00.000Z","running_seconds":11.5},"""
            + """{"task_id":"a","status":"running","task_type":"impl","model":"m","runner":"one","attempt":1,"started_at":"2026-03-01T12:00:10.000Z","running_seconds":101.5}]""");
        status["runners"].GetRawText().ShouldBe(
            """[{"id":"one","status":"running","last_seen":"2026-03-01T12:00:10.000Z","task_count":2,"tasks":[{"task_id":"a","status":"running"},{"task_id":"c","status":"pending"}]},{"id":"two","status":"running","last_seen":"2026-03-01T12:00:11.500Z","task_count":1,"tasks":[{"task_id":"b","status":"needs_decision"}]}]""");
    }

    [Fact]
    public async Task The_word_says_what_is_going_on()
    {
        await Client.PostTask("""{"task_id":"a","direction":"d"}""");
        (await Word()).ShouldBe("waiting");
        _service.Clock.Advance(TimeSpan.FromSeconds(600));
        (await Word()).ShouldBe("waiting", "600 seconds are not more than 600");
        _service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Word()).ShouldBe("stuck");
        await Client.Patch("a", """{"status":"running"}""");
        (await Word()).ShouldBe("running");
        await Client.Patch("a", """{"status":"needs_decision"}""");
        (await Word()).ShouldBe("waiting");
        await Client.Patch("a", """{"status":"failed"}""");
        (await Word()).ShouldBe("idle");
    }

    [Fact]
    public async Task The_pipeline_is_stuck_only_while_the_oldest_waits_and_none_runs()
    {
        await Client.PostTask($$"""{"task_id":"old","direction":"d","created_at":"{{Instant.ToText(_service.Now.AddSeconds(-600.001))}}"}""");
        await Client.PostTask("""{"task_id":"new","direction":"d"}""");
        var stuck = (await Status())["flags"][0];
        (stuck.GetProperty("raised").GetBoolean(), stuck.GetProperty("value").GetDecimal()).ShouldBe((true, 600.001m));
        await Client.Patch("new", """{"status":"running"}""");
        Flags(await Status())[0].ShouldBe(("stuck", false));
        await Client.Patch("new", """{"status":"completed"}""");
        await Client.Send(HttpMethod.Delete, $"{Routes.Tasks}/old", null, null);
        Flags(await Status())[0].ShouldBe(("stuck", false));
    }

    [Fact]
    public async Task Three_failures_in_a_row_are_a_flag_until_something_succeeds()
    {
        await Finish("failed", "failed");
        Flags(await Status())[1].ShouldBe(("repeated_failures", false));
        await Finish("failed");
        Flags(await Status())[1].ShouldBe(("repeated_failures", true));
        await Client.Post(Calls.Completion("c", ",\"outcome\":\"cancelled\"").Replace("completed", "failed"));
        Flags(await Status())[1].ShouldBe(("repeated_failures", true), "what was cancelled neither failed nor succeeded");
        await Finish("completed");
        Flags(await Status())[1].ShouldBe(("repeated_failures", false));
    }

    [Fact]
    public async Task A_low_rate_of_the_last_7_days_is_a_flag_from_10_attempts_on()
    {
        await Finish("failed", "failed", "completed", "completed", "completed", "completed", "completed", "completed", "completed");
        Flags(await Status())[2].ShouldBe(("low_success", false), "7 of 9");
        await Finish("completed");
        Flags(await Status())[2].ShouldBe(("low_success", false), "8 of 10 are not less than 0.8");
        await Finish("failed");
        Flags(await Status())[2].ShouldBe(("low_success", true), "8 of 11");
        _service.Clock.Advance(TimeSpan.FromDays(8));
        Flags(await Status())[2].ShouldBe(("low_success", false), "all of that was more than 7 days ago");
    }

    [Fact]
    public async Task The_last_completions_are_the_newest_and_imports_of_old_ones_do_not_push_them_out()
    {
        for (var i = 0; i < 12; i++)
        {
            _service.Clock.Advance(TimeSpan.FromSeconds(1));
            await Client.Post(Calls.Completion($"t{i}", $",\"id\":\"i{i}\",\"task_type\":\"impl\",\"model\":\"m\",\"chain_id\":\"c\""));
        }
        var old = string.Concat(Enumerable.Range(0, 2000).Select(i => Calls.Completion($"old{i}", $",\"created_at\":\"{Instant.ToText(_service.Now.AddYears(-1).AddSeconds(i))}\"") + "\n"));
        (await Client.PostBatch(old)).Status.ShouldBe(HttpStatusCode.OK);
        var last = (await Status())["last_completions"];
        last.EnumerateArray().Select(c => c.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(2, 10).Reverse().Select(i => $"i{i}"));
        last[0].GetRawText().ShouldBe(
            """{"id":"i11","task_id":"t11","chain_id":"c","task_type":"impl","model":"m","status":"completed","outcome":"success","duration_seconds":5,"created_at":"2026-03-01T12:00:12.000Z"}""");
        (await Status("?limit=1"))["last_completions"].GetArrayLength().ShouldBe(1);
        (await Status("?limit=100"))["last_completions"].GetArrayLength().ShouldBe(100);
    }

    [Fact]
    public async Task A_corrected_completion_is_shown_once_as_it_counts_now()
    {
        await Client.Post(Calls.Completion("a", ",\"id\":\"one\",\"created_at\":\"2026-03-01T11:00:00Z\""));
        await Client.Post(Calls.Completion("b", ",\"id\":\"two\",\"created_at\":\"2026-03-01T11:30:00Z\""));
        (await Client.Post("""{"revises":"one","status":"failed","outcome":"partial","duration_seconds":7}""")).Status.ShouldBe(HttpStatusCode.Created);
        var last = (await Status())["last_completions"];
        last.EnumerateArray().Select(c => (c.GetProperty("id").GetString(), c.GetProperty("status").GetString(), c.GetProperty("outcome").GetString())).ShouldBe(
            [("two", "completed", "success"), ("one", "failed", "partial")]);
        last[1].GetProperty("duration_seconds").GetDecimal().ShouldBe(7);
    }

    [Theory]
    [InlineData("limit=0"), InlineData("limit=101"), InlineData("limit=x"), InlineData("limit="), InlineData("limits=5"), InlineData("limit=1&limit=1")]
    public async Task A_question_that_is_none_is_a_400(string query) => (await Status($"?{query}")).Status.ShouldBe(HttpStatusCode.BadRequest);

    private Task<Answer> Status(string query = "") => Client.Get(Routes.Status + query);

    private async Task<string?> Word() => (await Status())["status"].GetString();

    private async Task Finish(params string[] statuses)
    {
        foreach (var status in statuses)
        {
            _service.Clock.Advance(TimeSpan.FromSeconds(1));
            await Client.Post(Calls.Completion().Replace("completed", status));
        }
    }

    private static List<(string?, bool)> Flags(Answer status) =>
        [.. status["flags"].EnumerateArray().Select(flag => (flag.GetProperty("name").GetString(), flag.GetProperty("raised").GetBoolean()))];
}
