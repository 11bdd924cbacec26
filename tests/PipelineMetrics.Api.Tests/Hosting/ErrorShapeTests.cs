using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class ErrorShapeTests
{
    public static TheoryData<string> Environments { get; } = ["Development", "Production"];

    [Theory, MemberData(nameof(Environments))]
    public async Task An_unknown_route_is_a_404_problem(string environment)
    {
        await using var service = new ServiceUnderTest { Environment = environment };
        var answer = await service.CreateClient().GetAsync("/nope");
        await ShouldBeProblem(answer, HttpStatusCode.NotFound, "not_found");
    }

    [Theory, MemberData(nameof(Environments))]
    public async Task A_wrong_method_is_a_405_problem_that_names_the_right_ones(string environment)
    {
        await using var service = new ServiceUnderTest { Environment = environment };
        var answer = await service.CreateClient().PostAsync("/health/live", content: null);
        await ShouldBeProblem(answer, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        answer.Content.Headers.Allow.ShouldContain("GET");
    }

    [Theory]
    [InlineData("text/csv"), InlineData("text/html"), InlineData("application/x-ndjson")]
    public async Task An_error_is_a_problem_whatever_the_caller_accepts(string accept)
    {
        await using var service = new ServiceUnderTest();
        var client = service.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", accept);
        await ShouldBeProblem(await client.GetAsync("/nope"), HttpStatusCode.NotFound, "not_found");
    }

    [Theory, MemberData(nameof(Environments))]
    public async Task A_fault_tells_its_trace_and_nothing_about_the_inside(string environment)
    {
        await using var host = await ProbeHost.StartAsync(
            app => app.MapGet("/boom", string () => throw new InvalidOperationException("secret at /var/lib")), environment);
        var answer = await host.Client.GetAsync("/boom");
        var body = await ShouldBeProblem(answer, HttpStatusCode.InternalServerError, "internal_error");
        body.GetProperty("trace_id").GetString().ShouldNotBeNullOrEmpty();
        foreach (var inside in new[] { "secret", "/var", "InvalidOperation", "   at " }) body.GetRawText().ShouldNotContain(inside);
    }

    [Fact]
    public async Task A_line_that_the_disk_will_not_read_is_a_503()
    {
        await using var host = await ProbeHost.StartAsync(
            app => app.MapGet("/read", string () => throw new DiskException(DiskFault.Other, "read", "metrics.jsonl", "I/O error")), "Production");
        var body = await ShouldBeProblem(await host.Client.GetAsync("/read"), HttpStatusCode.ServiceUnavailable, "unavailable");
        body.GetRawText().ShouldNotContain("metrics.jsonl");
    }

    [Theory, MemberData(nameof(Environments))]
    public async Task Malformed_json_for_a_bound_parameter_is_a_400_problem(string environment)
    {
        await using var host = await ProbeHost.StartAsync(app => app.MapPost("/bind", (Dictionary<string, int> body) => body.Count), environment);
        using var content = new StringContent("{\"a\":", Encoding.UTF8, "application/json");
        await ShouldBeProblem(await host.Client.PostAsync("/bind", content), HttpStatusCode.BadRequest, "bad_request");
    }

    [Theory, MemberData(nameof(Environments))]
    public async Task A_wrong_media_type_is_a_415_problem(string environment)
    {
        await using var host = await ProbeHost.StartAsync(app => app.MapPost("/bind", (Dictionary<string, int> body) => body.Count), environment);
        using var content = new StringContent("x", Encoding.UTF8, "text/plain");
        await ShouldBeProblem(await host.Client.PostAsync("/bind", content), HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task An_endpoint_says_no_with_code_errors_further_members_and_a_rounded_up_wait()
    {
        await using var host = await ProbeHost.StartAsync(app => app.MapGet("/no", () => Problems.Result(
            429, "queue_full", "Wait.", [new FieldError("task_id", "must not be empty", "")], TimeSpan.FromSeconds(1.2),
            new Dictionary<string, object?> { ["chains"] = new[] { "a", "b" } })));
        var answer = await host.Client.GetAsync("/no");
        var body = await ShouldBeProblem(answer, HttpStatusCode.TooManyRequests, "queue_full");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        body.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe("task_id");
        body.GetProperty("chains").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Broken_rules_are_422_and_unreadable_values_400()
    {
        await using var host = await ProbeHost.StartAsync(app =>
        {
            app.MapGet("/invalid", () => Problems.Invalid(new FieldError("status", "must be completed or failed", "done")));
            app.MapGet("/bad", () => Problems.BadRequest("Unknown parameter 'widnow'."));
        });
        await ShouldBeProblem(await host.Client.GetAsync("/invalid"), HttpStatusCode.UnprocessableEntity, "invalid");
        var bad = await ShouldBeProblem(await host.Client.GetAsync("/bad"), HttpStatusCode.BadRequest, "bad_request");
        bad.TryGetProperty("errors", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(418, "bad_request"), InlineData(501, "internal_error"), InlineData(507, "storage_full")]
    public void Every_status_has_a_code(int status, string code) => ProblemCodes.Of(status).Code.ShouldBe(code);

    internal static async Task<JsonElement> ShouldBeProblem(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("status").GetInt32().ShouldBe((int)status);
        body.GetProperty("code").GetString().ShouldBe(code);
        body.GetProperty("type").GetString().ShouldBe($"urn:pipeline-metrics:problem:{code}");
        body.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        return body;
    }
}
