using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Status;

/// <summary>What the pipeline is doing.</summary>
internal static class StatusEndpoints
{
    private const int MostCompletions = 100;
    private const int DefaultCompletions = 10;

    private const string Example = """
        {"status":"running","computed_at":"2026-01-31T10:00:00.000Z",
         "counts":{"pending":3,"running":1,"needs_decision":0,"completed":12,"failed":1,"cancelled":0},
         "runners":[{"id":"runner-1","status":"running","last_seen":"2026-01-31T09:59:50.000Z","cpu_percent":87.5,"memory_bytes":536870912,
           "task_count":1,"tasks":[{"task_id":"t-42","status":"running"}]}],
         "active":[{"task_id":"t-42","status":"running","task_type":"impl","runner":"runner-1","attempt":1,
           "started_at":"2026-01-31T09:58:00.000Z","running_seconds":120}],
         "last_completions":[{"id":"run-1","task_id":"t-41","task_type":"impl","model":"claude-sonnet-4-5","status":"completed",
           "outcome":"success","duration_seconds":73.5,"created_at":"2026-01-31T09:57:30.000Z"}],
         "flags":[{"name":"stuck","raised":false,"value":35,"threshold":600,"reason":"1 tasks run"}]}
        """;

    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapRead(Routes.Status, Show).WithTags("Pipeline").WithName("ShowStatus")
        .WithSummary("What runs, who runs it, what finished last, and what needs a person")
        .WithDescription(
            "Flags: `stuck` when tasks are pending, none runs and the oldest has waited for more than 600 s; `repeated_failures` when the last 3 attempts "
            + "failed; `low_success` when at least 10 attempts finished in the last 7 days and less than 0.8 of them completed. What is not known raises none.")
        .WithMetadata(
            new TakesParameter("limit", $"How many of the last completions to list, 1 to {MostCompletions}; default {DefaultCompletions}."),
            new Answers(200, Example))
        .Produces<StatusResponse>();

    private static IResult Show(HttpContext http, StatusAnswers answers)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.Count("limit", 1, MostCompletions, DefaultCompletions);
        return query.Refusal() ?? TypedResults.Ok(answers.Now(limit));
    }
}
