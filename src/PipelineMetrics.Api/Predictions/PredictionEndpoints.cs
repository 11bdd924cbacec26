using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Metrics;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Predictions;

/// <summary>What tasks will probably come to.</summary>
internal static class PredictionEndpoints
{
    private const string Example = """
        {"task_type":"impl","model":"claude-sonnet-4-5","provider":null,"complexity":"high","sample_size":42,"confidence":"medium","fallback":"exact",
         "input_tokens":{"n":42,"p10":8100,"p25":12400,"median":20150,"p75":33900,"p90":61200},
         "output_tokens":{"n":42,"p10":900,"p25":1500,"median":2600,"p75":4100,"p90":7700},
         "cost_usd_micros":{"n":0,"p10":null,"p25":null,"median":null,"p75":null,"p90":null},
         "duration_ms":{"n":41,"p10":21000,"p25":35500,"median":73500,"p75":140000,"p90":301000}}
        """;

    public static void MapPredictions(this IEndpointRouteBuilder routes) =>
        routes.MapRead(Routes.Predictions, Show).WithTags("Predictions").WithName("ShowPrediction")
            .WithSummary("What a task will probably come to: tokens, cost and duration")
            .WithDescription(
                "Exact percentiles (nearest rank) over finished attempts at similar tasks. Where there are too few, attempts that have less in common with the "
                + "task are taken; `fallback` says what they share and `confidence` what that is worth. Failed attempts count, cancelled ones do not. "
                + "ETag and 304 as for the figures.")
            .WithMetadata([.. PredictionQuestion.Described, new Answers(200, Example)])
            .Produces<PredictionResponse>().Produces(StatusCodes.Status304NotModified);

    private static Task<IResult> Show(HttpContext http, MetricsAnswers answers) => answers.AnswerAsync(http, Routes.Predictions, PredictionQuestion.Read);
}
