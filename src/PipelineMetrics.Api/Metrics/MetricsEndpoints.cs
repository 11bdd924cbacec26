using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Metrics;

/// <summary>The figures.</summary>
internal static class MetricsEndpoints
{
    private const string Example = """
        {"success_rate":{"completed":80,"failed":5,"total":85,"rate":0.94},"execution_time":{"p50_seconds":45,"p95_seconds":120},
         "by_task_type":{"spec":{"count":10,"completed":9,"failed":1,"success_rate":0.9}},
         "by_model":{"cursor/auto":{"count":60,"avg_duration":52.0}}}
        """;

    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapRead(Routes.Metrics, Show).WithTags("Metrics").WithName("ShowMetrics")
            .WithSummary("Success rate, durations and breakdowns of a window")
            .WithDescription(
                "Without parameters: the last 7 days. Percentiles are exact (nearest rank). Filters may be repeated: values of one dimension are "
                + "alternatives, different dimensions must all hold. The answer carries an ETag; If-None-Match answers 304 until a figure can have changed.")
            .WithMetadata([.. MetricsParameters.Described, new Answers(200, Example)])
            .Produces<MetricsResponse>().Produces(StatusCodes.Status304NotModified);

    private static async Task<IResult> Show(HttpContext http, MetricsAnswers answers)
    {
        var (answer, refusal) = await answers.ForAsync(http.Request);
        if (refusal is not null) return refusal;
        return EntityTags.Matches(http.Request, answer!.Tag) ? new NotModified(answer.Tag) : new TaggedJson(answer.Json, answer.Tag);
    }
}
