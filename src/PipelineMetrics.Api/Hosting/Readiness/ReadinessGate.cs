using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Readiness;

/// <summary>Keeps callers from the data routes until the log is replayed: an answer is complete or it is a 503, never partial.</summary>
internal static class ReadinessGate
{
    public static void UseReadinessGate(this WebApplication app)
    {
        var state = app.Services.GetRequiredService<ServiceState>();
        app.Use((context, next) => state.Current.Loaded || !context.Request.Path.StartsWithSegments("/api/agent")
            ? next(context)
            : Refusal(state.Current).ExecuteAsync(context));
    }

    private static ProblemHttpResult Refusal(ServiceStatus status) => Problems.Result(
        StatusCodes.Status503ServiceUnavailable,
        status.Phase == ServicePhase.Starting ? "starting" : "unavailable",
        $"The service has no figures yet: {string.Join("; ", status.Reasons)}.",
        retryAfter: TimeSpan.FromSeconds(1));
}
