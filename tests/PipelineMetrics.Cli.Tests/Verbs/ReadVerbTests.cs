using System.Text.Json;

namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class ReadVerbTests
{
    [Theory]
    [InlineData("status")]
    [InlineData("queue")]
    [InlineData("health")]
    [InlineData("metrics")]
    [InlineData("timeseries")]
    [InlineData("events")]
    [InlineData("chains")]
    [InlineData("summary", "pipeline")]
    public async Task Json_is_the_answer_as_it_came(string verb, string? name = null)
    {
        await using var service = await CannedService.StartAsync();

        var run = await CliRun.OfAsync(verb, "--url", service.Url, "--json");

        run.Out.ShouldBe(CannedService.Answer(name ?? verb) + Environment.NewLine);
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_dashboard_as_json_is_one_line_with_all_answers_as_they_came()
    {
        await using var service = await CannedService.StartAsync();

        var run = await CliRun.OfAsync("dashboard", "--url", service.Url, "--json");

        run.ExitCode.ShouldBe(0);
        run.Out.Count(unit => unit == '\n').ShouldBe(1);
        foreach (var part in JsonElement.Parse(run.Out).EnumerateObject()) part.Value.GetRawText().ShouldBe(CannedService.Answer(part.Name));
        service.Asked.Order().ShouldBe(
        [
            "/api/agent/health", "/api/agent/metrics/timeseries?window=24h&step=30m", "/api/agent/metrics?window=24h&detail=full",
            "/api/agent/queue?limit=10", "/api/agent/status?limit=10",
        ]);
    }

    [Theory]
    [InlineData("metrics --json", "metrics")]
    [InlineData("metrics", "metrics?detail=full")]
    [InlineData("metrics --json --window 24h --model a --model b --task-type impl --group-by runner,role --detail --metric time",
        "metrics?window=24h&task_type=impl&model=a&model=b&group_by=runner%2Crole&detail=full&metric=time")]
    [InlineData("metrics --json --since 7d --until 1d", "metrics?since=7d&until=1d")]
    [InlineData("timeseries --step day --outcome timeout", "metrics/timeseries?outcome=timeout&step=day")]
    [InlineData("queue --limit 5 --task-type a+b --chain-id c/1 --runner r --cursor x", "queue?limit=5&task_type=a%2Bb&chain_id=c%2F1&runner=r&cursor=x")]
    [InlineData("status --limit 3", "status?limit=3")]
    [InlineData("events --event-type task:failed --task-id a --task-id b --order desc --limit 2 --cursor 17",
        "events?event_type=task%3Afailed&task_id=a&task_id=b&order=desc&limit=2&cursor=17")]
    [InlineData("summary --as-of 2026-01-31T10:00:00+01:00 --window 7d", "pipeline?window=7d&as_of=2026-01-31T10%3A00%3A00%2B01%3A00")]
    [InlineData("chains --limit 3 --cursor 4", "pipeline/chains?limit=3&cursor=4")]
    public async Task What_is_given_is_asked(string words, string question)
    {
        await using var service = await CannedService.StartAsync();

        await CliRun.OfAsync([.. words.Split(' '), "--url", service.Url]);

        service.Asked.ShouldBe(["/api/agent/" + question]);
    }

    [Theory]
    [InlineData("healthy", 200, 0)]
    [InlineData("degraded", 200, 1)]
    [InlineData("unhealthy", 503, 2)]
    public async Task The_exit_code_of_health_says_how_the_pipeline_is(string status, int httpStatus, int code)
    {
        await using var service = await CannedService.StartAsync();
        service.Instead["health"] = (httpStatus, "application/json", CannedService.Answer("health").Replace("unhealthy", status, StringComparison.Ordinal));

        var run = await CliRun.OfAsync("health", "--url", service.Url);

        run.ExitCode.ShouldBe(code);
        run.Out.ShouldStartWith(status + ": ");
    }

    [Fact]
    public async Task A_service_that_is_starting_is_no_unhealthy_pipeline()
    {
        await using var service = await CannedService.StartAsync();
        service.Instead["health"] = (503, "application/problem+json", """{"detail":"The service has no figures yet."}""");

        var run = await CliRun.OfAsync("health", "--url", service.Url);

        run.ExitCode.ShouldBe(3);
        run.Error.ShouldContain("The service has no figures yet.");
    }

    [Theory]
    [InlineData("<html>\e[31m")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Something_else_at_the_address_is_told_apart_from_the_service(string body)
    {
        await using var service = await CannedService.StartAsync();
        service.Instead["status"] = (200, "text/html", body);

        var run = await CliRun.OfAsync("status", "--url", service.Url);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("answered with something else");
        run.Error.ShouldNotContain("\e");
    }

    [Fact]
    public async Task One_part_of_the_figures_is_shown_without_the_others()
    {
        using var log = LogFolder.With(LogFolder.Completion("a"), LogFolder.Completion("b", "failed", 30));

        var run = await CliRun.OfAsync("metrics", "--log", log.Path, "--metric", "by_model");

        run.ExitCode.ShouldBe(0);
        run.Out.ShouldContain("model-a");
        run.Out.ShouldNotContain("impl");
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("status")]
    [InlineData("queue")]
    [InlineData("metrics")]
    [InlineData("health")]
    [InlineData("timeseries")]
    [InlineData("summary")]
    [InlineData("chains")]
    [InlineData("events")]
    public async Task An_empty_log_is_shown_without_a_fault(string verb)
    {
        using var log = LogFolder.With();

        var run = await CliRun.OfAsync(verb, "--log", log.Path);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("metrics")]
    [InlineData("events")]
    [InlineData("dashboard")]
    [InlineData("summary")]
    public async Task Hostile_text_of_the_log_reaches_nobody_s_terminal(string verb)
    {
        const string Evil = @"\u001b[2J\u001b]0;x\u0007\r[red]boo[/]\u202e\u009b1m";
        using var log = LogFolder.With(LogFolder.Completion(Evil, type: Evil, model: Evil));

        var run = await CliRun.OfAsync(verb, "--log", log.Path);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.Where(unit => char.IsControl(unit) && unit != '\n').ShouldBeEmpty();
        run.Out.ShouldNotContain('\u202e');
        run.Out.ShouldContain("␛[2J");
    }
}
