using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Api.Hosting;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Until_the_log_is_read_data_routes_say_503_and_when_to_ask_again()
    {
        await using var host = await StartAsync();
        var answer = await host.Client.GetAsync("/api/agent/data");
        await ErrorShapeTests.ShouldBeProblem(answer, HttpStatusCode.ServiceUnavailable, "starting");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await host.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldReport(host, HttpStatusCode.ServiceUnavailable, "starting", reasons: 1);
    }

    [Fact]
    public async Task Ready_and_degraded_serve_and_degraded_says_why()
    {
        await using var host = await StartAsync();
        host.State.Ready();
        (await host.Client.GetStringAsync("/api/agent/data")).ShouldBe("data");
        await ShouldReport(host, HttpStatusCode.OK, "ready", reasons: 0);
        host.State.Degraded("3 lines are quarantined", "the disk is nearly full");
        (await host.Client.GetStringAsync("/api/agent/data")).ShouldBe("data");
        await ShouldReport(host, HttpStatusCode.OK, "degraded", reasons: 2);
    }

    [Fact]
    public async Task A_failed_start_never_serves()
    {
        await using var host = await StartAsync();
        host.State.Failed("the log is held by another process");
        host.State.Ready();
        await ErrorShapeTests.ShouldBeProblem(await host.Client.GetAsync("/api/agent/data"), HttpStatusCode.ServiceUnavailable, "unavailable");
        await ShouldReport(host, HttpStatusCode.ServiceUnavailable, "failed", reasons: 1);
    }

    [Fact]
    public async Task After_a_failed_sync_reading_goes_on_while_readiness_is_gone()
    {
        await using var host = await StartAsync();
        host.State.Ready();
        host.State.NotWriting("a sync failed");
        (await host.Client.GetStringAsync("/api/agent/data")).ShouldBe("data");
        await ShouldReport(host, HttpStatusCode.ServiceUnavailable, "not_writing", reasons: 1);
    }

    [Fact]
    public async Task The_health_check_command_tells_ready_from_not_ready_from_not_there()
    {
        await using var host = await StartAsync();
        string[] command = ["healthcheck", "--urls", host.Address.ToString()];
        (await HealthCheckCommand.RunAsync(command)).ShouldBe(1);
        host.State.Ready();
        (await HealthCheckCommand.RunAsync(command)).ShouldBe(0);
        await host.DisposeAsync();
        (await HealthCheckCommand.RunAsync(command)).ShouldBe(1);
    }

    private static Task<ProbeHost> StartAsync() => ProbeHost.StartAsync(app => app.MapGet("/api/agent/data", () => "data"));

    private static async Task ShouldReport(ProbeHost host, HttpStatusCode code, string status, int reasons)
    {
        var answer = await host.Client.GetAsync("/health/ready");
        answer.StatusCode.ShouldBe(code);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("status").GetString().ShouldBe(status);
        body.GetProperty("reasons").GetArrayLength().ShouldBe(reasons);
    }
}
