using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Hosting.Readiness;

/// <summary>Keeps callers from the data routes until the log is replayed: an answer is complete or it is a 503, never partial.</summary>
internal static class ReadinessGate
{
    public static void UseReadinessGate(this WebApplication app)
    {
        var state = app.Services.GetRequiredService<ServiceState>();
        app.Use((context, next) => state.Current.Loaded || !HasFigures(context.Request.Path) ? next(context) : Refusal(state.Current).ExecuteAsync(context));
    }

    private static bool HasFigures(PathString path) => path.StartsWithSegments(Routes.Base) || path.StartsWithSegments(Routes.Prometheus);

    private static ProblemHttpResult Refusal(ServiceStatus status) => Problems.Result(
        StatusCodes.Status503ServiceUnavailable,
        status.Phase == ServicePhase.Starting ? "starting" : "unavailable",
        $"The service has no figures yet: {string.Join("; ", status.Reasons)}.",
        retryAfter: TimeSpan.FromSeconds(1));
}
