using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>The figures.</summary>
internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Routes.Metrics, Show).WithTags("Metrics").WithName("ShowMetrics")
            .WithSummary("Success rate, durations and breakdowns of a window")
            .WithDescription(
                "Without parameters: the last 7 days. Percentiles are exact (nearest rank). Filters may be repeated: values of one dimension are "
                + "alternatives, different dimensions must all hold. The answer carries an ETag; If-None-Match answers 304 until a figure can have changed.")
            .WithMetadata([.. MetricsParameters.Described])
            .Produces<MetricsResponse>().Produces(StatusCodes.Status304NotModified);

    private static IResult Show(HttpContext http, Recorder recorder, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var question = MetricsParameters.Read(new QueryReader(http.Request.Query), now, out var refusal);
        if (refusal is not null) return refusal;
        var state = recorder.Completions.StateOf(question.Query.Range, now);
        var tag = MetricsTag.Of(state, question.Query.Range);
        if (EntityTags.Matches(http.Request, tag)) return new NotModified(tag);
        var json = MetricsJson.Write(recorder.Completions.Answer(question.Query, now), question, recorder.IdAt);
        return new TaggedJson(json, tag);
    }
}
