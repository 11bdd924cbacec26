using System.Globalization;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Pipeline;

/// <summary>Tasks, chains, requests and agents as ADR-009 counts them, now or as of any time.</summary>
internal static class PipelineEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private const string Tasks =
        """{"total":9,"completed":6,"reworked":1,"rework_rate":0.1667,"avg_cycle_time_ms":550000,"p50_cycle_time_ms":500000,"p90_cycle_time_ms":900000}""";

    private const string Example =
        """{"computed_at":"2026-01-31T10:00:00.000Z","event_count":40,"last_event_id":"e-40","tasks":""" + Tasks + """
        ,"chains":{"total":2,"completed":1,"avg_tasks_per_chain":4.5},"requests":{"total":1,"closed":0,"avg_cycle_time_ms":null},
         "agents":{"claude-sonnet-4-5":{"tasks_completed":6,"rework_rate":0.1667,"avg_cycle_time_ms":550000,"total_tokens":{"input":90000,"output":21000}}}}
        """;

    private const string ChainsExample =
        """{"items":[{"chain_id":"c-7","completed":false,"tasks":""" + Tasks + """
        ,"open":2,"oldest_open":{"task_id":"004-parser","since":"2026-01-31T08:00:00.000Z","wait_seconds":7200}}],"total":1}
        """;

    public static void MapPipeline(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Pipeline).WithTags("Pipeline");
        group.MapRead("", Show).WithName("ShowPipeline").WithSummary("Tasks, chains, requests and agents, now or as of any time")
            .WithDescription(
                "Counts every fact by its own time. A task is its chain and its id; its cycle time is from its last start to its last completion, or the "
                + "recorded duration when no start is known. The figures of everything read only what is new since they were asked for last; those of a "
                + "range read the log, one question after the other: when too many wait, the answer is 429.")
            .WithMetadata([.. PipelineQuestion.Described, new Answers(200, Example)])
            .Produces<PipelineResponse>().ProducesProblems(429);
        group.MapRead("/chains", ShowChains).WithName("ListChains").WithSummary("Chains, first those that wait longest")
            .WithDescription("Where work is stuck: the chain whose oldest open task waits or runs longest comes first, those with nothing to do last.")
            .WithMetadata(
            [
                .. PipelineQuestion.Described,
                new TakesParameter("limit", $"How many chains to list, 1 to {MaxLimit}; default {DefaultLimit}."),
                new TakesParameter("cursor", "The `next` of the page before."),
                new Answers(200, ChainsExample),
            ])
            .Produces<ChainListResponse>().ProducesProblems(429);
        group.MapPost("/refresh", Refresh).WithName("RefreshPipeline").WithSummary("Write the figures beside the log")
            .WithDescription(
                "Computes the figures of everything and replaces `aggregates.json` in the directory of the log, in the spelling of ADR-009. No other "
                + "route writes that file. The answer is what was written, in the spelling of this API. Takes no body.")
            .WithMetadata(new Answers(200, Example)).Produces<PipelineResponse>().ProducesProblems(429, 507);
    }

    private static async Task<IResult> Show(HttpContext http, Recorder recorder, PipelineAnswers answers, TimeProvider clock)
    {
        var query = new QueryReader(http.Request.Query);
        var question = PipelineQuestion.Read(query, clock.GetUtcNow());
        if (query.Refusal() is { } refusal) return refusal;
        return await answers.ForAsync(http, question, (scope, now, cancellation) => PipelineShape.Of(recorder.Pipeline.Figures(scope, cancellation), now, recorder));
    }

    private static async Task<IResult> ShowChains(HttpContext http, Recorder recorder, PipelineAnswers answers, TimeProvider clock)
    {
        var query = new QueryReader(http.Request.Query);
        var question = PipelineQuestion.Read(query, clock.GetUtcNow());
        var limit = query.Count("limit", 1, MaxLimit, DefaultLimit);
        var from = query.Count("cursor", 0, int.MaxValue, 0);
        if (query.Refusal() is { } refusal) return refusal;
        return await answers.InTurnAsync(http, () =>
        {
            var now = clock.GetUtcNow();
            var scope = question.At(now);
            var chains = recorder.Pipeline.Chains(scope, http.RequestAborted);
            var end = (int)Math.Min((long)from + limit, chains.Count);
            var items = chains.Skip(from).Take(limit).Select(chain => PipelineShape.Of(chain, scope.AsOf ?? now)).ToList();
            return TypedResults.Ok(new ChainListResponse(items, chains.Count, end < chains.Count ? end.ToString(CultureInfo.InvariantCulture) : null));
        });
    }

    private static async Task<IResult> Refresh(HttpContext http, Recorder recorder, PipelineAnswers answers, TimeProvider clock)
    {
        if (QueryReader.RefuseAny(http.Request) is { } refusal) return refusal;
        return await answers.InTurnAsync(http, () =>
        {
            var now = clock.GetUtcNow();
            try
            {
                return TypedResults.Ok(PipelineShape.Of(recorder.Pipeline.Refresh(now, recorder.IdAt, http.RequestAborted), now, recorder).Answer);
            }
            catch (DiskException e) when (e.Fault == DiskFault.Full)
            {
                return Problems.Result(StatusCodes.Status507InsufficientStorage, "disk_full", "The disk of the log has no room. The file of before is untouched.");
            }
        });
    }
}
