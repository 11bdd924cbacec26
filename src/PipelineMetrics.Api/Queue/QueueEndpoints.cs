using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Queue;

/// <summary>The queue.</summary>
internal static class QueueEndpoints
{
    private const string Example = """
        {"computed_at":"2026-01-31T10:00:00.000Z","total":1,"running":1,"runners":1,"expected_finish":"2026-01-31T10:03:10.000Z",
         "items":[{"position":1,"task_id":"t-42","task_type":"impl","priority":1,"age_boost":0.25,"pressure_boost":0.4,"score":1.65,
           "created_at":"2026-01-30T09:00:00.000Z","wait_seconds":90000,
           "expected_start":"2026-01-31T10:01:30.000Z","expected_finish":"2026-01-31T10:03:10.000Z"}],
         "retries":[{"task_id":"t-7","task_type":"spec","state":"failed","priority":0,"attempt":1,"runner":"runner-1",
           "next_retry_at":"2026-01-31T10:00:40.000Z","due":false}],
         "retries_total":1}
        """;

    public static void MapQueue(this IEndpointRouteBuilder routes) => routes.MapRead(Routes.Queue, Show).WithTags("Pipeline").WithName("ShowQueue")
        .WithSummary("The tasks that wait for a runner, in the order in which they should be taken")
        .WithDescription(
            "Highest score first, then the older, then by chain and id. Times are expected from the median recorded duration of each task type, one task "
            + "at a time on each runner that runs one now; null when no duration is recorded. A `next` goes on in the order of the first page.")
        .WithMetadata([.. QueueQuestion.Described, new Answers(200, Example)])
        .Produces<QueueResponse>();

    private static async Task<IResult> Show(HttpContext http, QueueAnswers answers)
    {
        var query = new QueryReader(http.Request.Query);
        var question = QueueQuestion.Read(query);
        if (query.Refusal() is { } refusal) return refusal;
        return TypedResults.Ok(await answers.ToAsync(question, http.RequestAborted));
    }
}
