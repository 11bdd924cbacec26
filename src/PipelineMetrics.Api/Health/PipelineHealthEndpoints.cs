using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Health;

namespace PipelineMetrics.Api.Health;

/// <summary>How the pipeline is, beyond whether the service answers.</summary>
internal static class PipelineHealthEndpoints
{
    private const string Example = """
        {"status":"degraded","timestamp":"2026-01-31T10:00:00.000Z","checks":{
          "scheduler_alive":{"ok":true,"value":12,"threshold":300,"message":"the last heartbeat, of 'runner-1', came 12 s ago","since":"2026-01-31T08:00:00.000Z"},
          "backlog":{"ok":false,"value":21,"threshold":20,"message":"21 tasks are pending","since":"2026-01-31T09:58:00.000Z"}}}
        """;

    public static void MapPipelineHealth(this IEndpointRouteBuilder routes) => routes.MapRead(Routes.Health, Show)
        .WithTags("Health").WithName("ShowHealth").WithSummary("How the pipeline is: healthy, degraded or unhealthy, with a reason for each check")
        .WithDescription(
            "200 for `healthy` and for `degraded` (one or two checks fail), 503 for `unhealthy` (three or more fail, or nothing can be stored). What stands "
            + "exactly at its threshold is fine, and a check without anything to measure is fine and says so. Imported completions do not count.")
        .WithMetadata(new Answers(200, Example))
        .Produces<HealthResponse>().Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);

    private static IResult Show(HttpContext http, HealthWatch watch)
    {
        if (QueryReader.RefuseAny(http.Request) is { } refusal) return refusal;
        var report = watch.Look();
        var checks = report.Checks.ToDictionary(
            watched => watched.Check.Name,
            watched => new HealthCheckResult(watched.Check.IsOk, watched.Check.Value, watched.Check.Threshold, watched.Check.Message, watched.Since));
        return TypedResults.Json(
            new HealthResponse(report.Status.ToString().ToLowerInvariant(), report.At, checks),
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
