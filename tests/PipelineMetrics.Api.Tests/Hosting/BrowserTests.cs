using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class BrowserTests
{
    [Theory]
    [InlineData("*/*", "text/html"), InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"), InlineData("", "text/html")]
    [InlineData("application/json", "application/json"), InlineData("text/html;q=0.5, application/json", "application/json")]
    public async Task The_front_page_is_html_unless_json_is_preferred(string accept, string expected)
    {
        await using var service = new ServiceUnderTest();
        var client = service.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        var answer = await client.GetAsync("/");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(expected);
        var page = await answer.Content.ReadAsStringAsync();
        foreach (var link in new[] { "/swagger", "/health/ready", "/api/agent/metrics" }) page.ShouldContain(link);
    }

    [Theory]
    [InlineData("/"), InlineData("/nope"), InlineData("/api/agent/metrics"), InlineData("/swagger/index.html")]
    public async Task Every_answer_forbids_frames_sniffing_and_referrers(string path)
    {
        await using var service = new ServiceUnderTest();
        var headers = (await service.CreateClient().GetAsync(path)).Headers;
        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        var policy = headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("frame-ancestors 'none'");
        policy.Contains("unsafe-inline").ShouldBe(path.StartsWith("/swagger"));
        headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task A_loopback_service_answers_to_loopback_names_only()
    {
        await using var host = await ProbeHost.StartAsync(app => app.MapGet("/x", () => "x"), "Production", "--server:allowed_hosts", "*.mine.example");
        (await Ask(host, "localhost")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Ask(host, "a.mine.example:5080")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ErrorShapeTests.ShouldBeProblem(await Ask(host, "evil.example"), HttpStatusCode.BadRequest, "unknown_host");
    }

    [Fact]
    public async Task The_reference_is_openapi_31_with_problem_answers()
    {
        await using var host = await ProbeHost.StartAsync(app => app.MapPost("/api/agent/things", (Dictionary<string, string> body) => body));
        var document = await host.Client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json");
        document.GetProperty("openapi").GetString().ShouldStartWith("3.1");
        document.GetProperty("info").GetProperty("title").GetString().ShouldBe("PipelineMetrics");
        var responses = document.GetProperty("paths").GetProperty("/api/agent/things").GetProperty("post").GetProperty("responses");
        foreach (var status in new[] { "400", "413", "415", "422", "500", "503" })
            responses.GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue(status);
        var problem = document.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties");
        foreach (var member in new[] { "code", "errors", "trace_id", "type" }) problem.TryGetProperty(member, out _).ShouldBeTrue(member);
    }

    private static Task<HttpResponseMessage> Ask(ProbeHost host, string name) =>
        host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/x") { Headers = { Host = name } });
}
