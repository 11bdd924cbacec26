using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PipelineMetrics.Api.Hosting.Readiness;

/// <summary>For orchestrators: is the process alive, should it get work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealthEndpoints(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        health.MapRead("/live", Live).WithSummary("Whether the process answers");
        health.MapRead("/ready", Ready).WithSummary("Whether the service should get work")
            .Produces<Readiness>(StatusCodes.Status200OK).Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<Liveness> Live() => TypedResults.Ok(new Liveness("live"));

    private static JsonHttpResult<Readiness> Ready(ServiceState state)
    {
        var now = state.Current;
        var answer = new Readiness(JsonNamingPolicy.SnakeCaseLower.ConvertName(now.Phase.ToString()), now.Reasons);
        return TypedResults.Json(answer, statusCode: now.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private sealed record Liveness(string Status);

    private sealed record Readiness(string Status, IReadOnlyList<string> Reasons);
}
