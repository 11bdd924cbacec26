using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
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

    private const string SeriesExample = """
        {"step":"day","steps":[
          {"from":"2026-03-01T00:00:00.000Z","to":"2026-03-02T00:00:00.000Z","partial":false,"throughput_per_hour":3.5417,
           "success_rate":{"completed":80,"failed":5,"total":85,"rate":0.94},"execution_time":{"p50_seconds":45,"p95_seconds":120}},
          {"from":"2026-03-02T00:00:00.000Z","to":null,"partial":true,"throughput_per_hour":null,
           "success_rate":{"completed":3,"failed":0,"total":3,"rate":1},"execution_time":{"p50_seconds":38,"p95_seconds":61.2}}]}
        """;

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        routes.MapRead(Routes.Metrics, Show).WithTags("Metrics").WithName("ShowMetrics")
            .WithSummary("Success rate, durations and breakdowns of a window")
            .WithDescription(
                "Without parameters: the last 7 days. Percentiles are exact (nearest rank). Filters may be repeated: values of one dimension are "
                + "alternatives, different dimensions must all hold. The answer carries an ETag; If-None-Match answers 304 until a figure can have changed.")
            .WithMetadata([.. MetricsParameters.Described, new Answers(200, Example)])
            .Produces<MetricsResponse>().Produces(StatusCodes.Status304NotModified);
        routes.MapRead(Routes.Timeseries, ShowSeries).WithTags("Metrics").WithName("ShowTimeseries")
            .WithSummary("The figures of a range for each step of the calendar")
            .WithDescription(
                "Each step is what the figures are from its from to its to, steps without completions included. A step that the range cuts, or that still "
                + "runs, is partial; the one that runs has no end and no throughput. Parameters, ETag and 304 as for the figures.")
            .WithMetadata([.. SeriesParameters.Described, new Answers(200, SeriesExample)])
            .Produces<TimeseriesResponse>().Produces(StatusCodes.Status304NotModified);
    }

    private static Task<IResult> Show(HttpContext http, MetricsAnswers answers) => answers.AnswerAsync(http, Routes.Metrics, MetricsParameters.Read);

    private static Task<IResult> ShowSeries(HttpContext http, MetricsAnswers answers) => answers.AnswerAsync(http, Routes.Timeseries, SeriesParameters.Read);
}
