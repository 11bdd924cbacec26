using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>Names the errors of a route beyond those that any route has.</summary>
internal static class ProblemAnswers
{
    /// <summary>Each with the whole of our error body: the framework's own has no code.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<Problem>(status, Problems.MediaType);
        return route;
    }
}
