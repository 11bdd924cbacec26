using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Prometheus;

public sealed class ScrapeTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private const string Key = "prometheus-key-0123456789";
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";

    [Fact]
    public async Task Everything_about_attempts_is_counted_in_its_unit()
    {
        await using var service = await LastingService.StartAsync();
        await service.Client.Post(Attempt(""","duration_seconds":61.5,"outcome":"success","actual_cost_usd":0.0123"""));
        await service.Client.Post(Attempt(""","duration_seconds":2,"outcome":"timeout","created_at":"2026-02-01T00:00:00Z" """));
        await service.Client.Post("""{"task_id":"t","status":"failed","duration_seconds":3,"actual_input_tokens":1}""");

        var scraped = await Scraped.OfAsync(service.Client);

        scraped["""agent_tasks_total{outcome="success",type="impl",harness="claude_code"}"""].ShouldBe(1);
        scraped["""agent_tasks_total{outcome="failure",type="unknown",harness="unknown"}"""].ShouldBe(1);
        scraped["""agent_task_duration_seconds_bucket{type="impl",outcome="success",le="60.0"}"""].ShouldBe(0);
        scraped["""agent_task_duration_seconds_bucket{type="impl",outcome="success",le="120.0"}"""].ShouldBe(1);
        scraped["""agent_task_duration_seconds_bucket{type="impl",outcome="success",le="+Inf"}"""].ShouldBe(1);
        scraped["""agent_task_duration_seconds_sum{type="impl",outcome="success"}"""].ShouldBe(61.5m);
        scraped["""agent_task_duration_seconds_count{type="impl",outcome="success"}"""].ShouldBe(1);
        scraped["""agent_task_tokens_total{kind="cache_write",model="m"}"""].ShouldBe(4);
        scraped["""agent_task_reasoning_tokens_total{model="m"}"""].ShouldBe(1);
        scraped["""agent_task_cost_usd_total{model="m",source="reported"}"""].ShouldBe(0.0123m);
        scraped["""agent_task_unpriced_total{model="unknown"}"""].ShouldBe(1);
        scraped["""agent_task_tool_calls_total{outcome="success"}"""].ShouldBe(9);
        scraped["""agent_task_tool_errors_total{outcome="success"}"""].ShouldBe(3);
        scraped["""agent_task_turns_total{harness="claude_code"}"""].ShouldBe(5);
        scraped["""agent_task_last_completion_timestamp_seconds{type="impl"}"""].ShouldBe(service.Now.ToUnixTimeSeconds());
        scraped["""agent_tasks_backfilled_total{harness="claude_code"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task Counters_are_the_same_after_a_restart_and_after_everything_was_archived()
    {
        await using var service = await LastingService.StartAsync();
        for (var i = 0; i < 30; i++) await service.Client.Post(Attempt($$""","duration_seconds":{{i}},"outcome":"success","id":"a{{i}}","metadata":{"i":{{i}}}""").Replace("impl", $"type {i}"));
        await service.Client.Post("""{"revises":"a3","actual_input_tokens":700}""");
        var before = (await Scraped.OfAsync(service.Client)).Lasting.ToList();

        await service.RestartAsync();
        (await Scraped.OfAsync(service.Client)).Lasting.ShouldBe(before);
        (await service.Client.Send(HttpMethod.Post, Routes.Compact + "?before=2027-01-01T00:00:00Z&seal=true", null, null)).Status.ShouldBe(HttpStatusCode.OK);
        (await Scraped.OfAsync(service.Client))["pipeline_metrics_archive_records"].ShouldBe(31);
        (await Scraped.OfAsync(service.Client)).Lasting.ShouldBe(before);
        await service.RestartAsync();
        (await Scraped.OfAsync(service.Client)).Lasting.ShouldBe(before);
        before.Count.ShouldBeGreaterThan(300);
    }

    [Fact]
    public async Task Until_the_log_is_read_there_is_no_answer_instead_of_a_smaller_number()
    {
        var (disk, clock) = (new HeldDisk(), new HurriedClock());
        await using var service = new ServiceUnderTest { Disk = disk, Clock = clock };
        var client = await service.StartAsync();
        await client.PostBatch(string.Join('\n', Enumerable.Range(0, 50).Select(i => Calls.Completion($"t{i}"))));
        disk.Hold();
        clock.IsHurried = true;

        var answer = await client.Get(Scraped.Path);

        (answer.Status, answer.Code, answer.Headers.RetryAfter!.Delta).ShouldBe((HttpStatusCode.ServiceUnavailable, "counters_not_read", TimeSpan.FromSeconds(5)));
        (await client.Metrics())["success_rate"].GetProperty("total").GetInt64().ShouldBe(50);
        clock.IsHurried = false;
        disk.Release();
        (await Scraped.OfAsync(client))["""agent_tasks_total{outcome="success",type="unknown",harness="unknown"}"""].ShouldBe(50);
    }

    [Fact]
    public async Task A_stop_ends_a_reading_and_waits_for_no_more_of_it()
    {
        var (disk, clock) = (new HeldDisk(), new HurriedClock());
        var service = new ServiceUnderTest { Disk = disk, Clock = clock };
        var client = await service.StartAsync();
        await client.PostBatch(string.Join('\n', Enumerable.Range(0, 5000).Select(i => Calls.Completion($"t{i}"))));
        disk.Hold();
        clock.IsHurried = true;
        (await client.Get(Scraped.Path)).Code.ShouldBe("counters_not_read");
        // Beside us: it waits for the reading, which waits for us.
        var stopping = Task.Run(async () => await service.DisposeAsync());
        disk.Release();
        await stopping;
    }

    [Fact]
    public async Task Counters_go_on_when_the_archives_are_gone()
    {
        await using var service = await LastingService.StartAsync();
        await service.Client.Post(Attempt(""","duration_seconds":1,"outcome":"success" """));
        await service.Client.Send(HttpMethod.Post, Routes.Compact + "?before=2027-01-01T00:00:00Z&seal=true", null, null);
        var before = (await Scraped.OfAsync(service.Client)).Lasting.ToList();
        foreach (var archive in Directory.EnumerateFiles(Path.Combine(service.LogDirectory, "archive"))) File.Delete(archive);

        await service.RestartAsync();

        (await Scraped.OfAsync(service.Client)).Lasting.ShouldBe(before);
    }

    [Theory]
    [InlineData(null, Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/html, application/json;q=0.9", Text)]
    [InlineData("application/openmetrics-text", OpenMetrics)]
    [InlineData("application/openmetrics-text; version=1.0.0", OpenMetrics)]
    [InlineData("application/openmetrics-text; version=0.0.1", Text)]
    [InlineData("application/openmetrics-text; version=2.0.0", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.6", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.5", Text)]
    [InlineData("application/openmetrics-text;q=0, */*;q=0.1", Text)]
    [InlineData("text/plain;version=0.0.4;q=0.1,application/openmetrics-text;q=0.2,*/*;q=0.9", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", OpenMetrics)]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3", Text)]
    [InlineData("this is no media type", Text)]
    public async Task The_format_is_the_one_that_is_preferred(string? accept, string expected)
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Scraped.Path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);

        using var answer = await client.SendAsync(request);

        answer.Content.Headers.GetValues("Content-Type").ShouldBe([expected]);
        answer.Headers.Vary.ShouldBe(["Accept", "Accept-Encoding"]);
        var body = await answer.Content.ReadAsStringAsync();
        body.EndsWith("\n# EOF\n", StringComparison.Ordinal).ShouldBe(expected == OpenMetrics);
        Regex.Count(body, "^# EOF$", RegexOptions.Multiline).ShouldBe(expected == OpenMetrics ? 1 : 0);
    }

    [Fact]
    public async Task Both_formats_tell_the_same_series()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Post(Attempt(""","duration_seconds":1,"outcome":"success" """));

        var text = await Scraped.OfAsync(client);
        var open = await Scraped.OfAsync(client, ("Accept", "application/openmetrics-text"));

        open.Values.Keys.ShouldBe(text.Values.Keys);
        open.Lasting.ShouldBe(text.Lasting);
        open.Text.ShouldContain("# TYPE agent_tasks counter\n");
        text.Text.ShouldContain("# TYPE agent_tasks_total counter\n");
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("br", false)]
    public async Task It_is_packed_for_who_asks_for_it(string accepts, bool isPacked)
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Scraped.Path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepts);

        using var answer = await client.SendAsync(request);

        answer.Content.Headers.ContentEncoding.ShouldBe(isPacked ? ["gzip"] : []);
        var body = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(isPacked ? new GZipStream(body, CompressionMode.Decompress) : body);
        (await reader.ReadToEndAsync()).ShouldStartWith("# TYPE agent_tasks_total counter\n");
    }

    [Fact]
    public async Task A_head_has_no_body_and_a_parameter_is_refused()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Scraped.Path));
        head.Content.Headers.ContentLength.ShouldNotBeNull().ShouldBeGreaterThan(1000);
        (await client.Get(Scraped.Path + "?name[]=up")).Code.ShouldBe("bad_request");
        (await client.Send(HttpMethod.Post, Scraped.Path, "x", "text/plain")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task With_keys_it_wants_one_that_may_read()
    {
        await using var service = new ServiceUnderTest
        {
            Settings =
            {
                ["server:api_keys:0:name"] = "prometheus",
                ["server:api_keys:0:sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
                ["server:api_keys:0:rights"] = "read",
            },
        };
        var client = await service.StartAsync();
        (await client.Get(Scraped.Path)).Code.ShouldBe("unauthorized");
        await Scraped.OfAsync(client, ("Authorization", $"Bearer {Key}"));
    }

    [Fact]
    public async Task What_arrives_is_counted_by_what_became_of_it()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Post(Calls.Completion("a", ",\"id\":\"a\""));
        await client.Post(Calls.Completion("a", ",\"id\":\"a\""));
        await client.Post("""{"task_id":"a"}""");
        await client.PostBatch($"{Calls.Completion("b", ",\"id\":\"b\"")}\n{Calls.Completion("a", ",\"id\":\"a\"")}\n{{}}\n{{}}\n");
        await client.PostEvents(Calls.Event("chain:created", "c"));
        await client.PostTask("""{"task_id":"r","direction":"d"}""");
        await client.Patch("r", """{"status":"running"}""");
        await client.Import("""{"task_id":"i","status":"completed","duration_seconds":1,"created_at":"2026-01-01T00:00:00Z"}""" + "\nnonsense\n");
        await client.Import("""{"task_id":"j","status":"completed","duration_seconds":1,"created_at":"2026-01-01T00:00:00Z"}""", "?dry_run=true");
        await client.Get(Routes.Tasks);

        var scraped = await Scraped.OfAsync(client);

        Records("api").ShouldBe((5, 2, 3));
        Records("import").ShouldBe((1, 0, 1));
        scraped["""pipeline_metrics_ingest_request_duration_seconds_count{source="api"}"""].ShouldBe(7);
        scraped["""pipeline_metrics_ingest_request_duration_seconds_count{source="import"}"""].ShouldBe(2);
        scraped["""agent_tasks_open{state="running"}"""].ShouldBe(1);
        scraped["""pipeline_metrics_store_records{stream="completions"}"""].ShouldBe(3);

        (decimal, decimal, decimal) Records(string source) => (Of(source, "accepted"), Of(source, "duplicate"), Of(source, "rejected"));
        decimal Of(string source, string result) => scraped[$$"""pipeline_metrics_ingest_records_total{source="{{source}}",result="{{result}}"}"""];
    }

    [Fact]
    public async Task The_series_that_it_says_are_those_it_has()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Post(Attempt(""","duration_seconds":1,"outcome":"success" """));
        var scraped = await Scraped.OfAsync(client);
        scraped["pipeline_metrics_exported_series"].ShouldBe(scraped.Values.Count);
    }

    [Fact]
    public async Task Runners_checks_and_writes_are_told()
    {
        await using var service = await LastingService.StartAsync();
        await service.Client.Send(HttpMethod.Post, $"{Routes.Runners}/runner-1/heartbeat", """{"status":"running"}""", "application/json");
        await service.Client.PostTask("""{"task_id":"r","direction":"d"}""");
        service.Clock.Advance(TimeSpan.FromSeconds(400));

        var scraped = await Scraped.OfAsync(service.Client);

        scraped["""agent_runners{state="silent"}"""].ShouldBe(1);
        scraped["""agent_runners{state="running"}"""].ShouldBe(0);
        scraped["""agent_tasks_oldest_pending_seconds"""].ShouldBe(400);
        scraped["""pipeline_metrics_health_check_ok{check="runner_silent"}"""].ShouldBe(0);
        scraped["""pipeline_metrics_health_check_ok{check="writes"}"""].ShouldBe(1);
        scraped["""pipeline_metrics_health_status{status="degraded"}"""].ShouldBe(1);
        scraped["""pipeline_metrics_health_status{status="healthy"}"""].ShouldBe(0);
        scraped["pipeline_metrics_writes_accepted"].ShouldBe(1);
        scraped["process_resident_memory_bytes"].ShouldBeGreaterThan(1 << 20);
    }

    private static string Attempt(string more) => """
        {"task_id":"t","task_type":"impl","model":"m","harness":"claude_code","actual_input_tokens":1,"actual_output_tokens":2,"cache_read_tokens":3,
         "cache_write_tokens":4,"reasoning_tokens":1,"turns":5,"tool_calls":9,"tool_errors":3
        """ + more + "}";

    // The patience of a scrape is over at once.
    private sealed class HurriedClock : TimeProvider
    {
        public bool IsHurried { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, IsHurried && period == Timeout.InfiniteTimeSpan && dueTime == TimeSpan.FromSeconds(5) ? TimeSpan.Zero : dueTime, period);
    }
}
