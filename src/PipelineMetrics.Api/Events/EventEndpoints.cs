using Microsoft.AspNetCore.Mvc;
using PipelineMetrics.Api.Completions;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Events;

/// <summary>Lifecycle events, and the history of everything that was recorded.</summary>
internal static class EventEndpoints
{
    private const string Json = "application/json";
    private const string Example = """{"id":"e-1","event_type":"task:started","entity_id":"t-42","chain_id":"c-7","runner":"runner-1"}""";

    private const string SomeStored = """
        {"stored":1,"duplicate":0,"rejected":1,"first_seq":1,"last_seq":1,"results":[{"line":2,"code":"task_finished","reason":"The task 't-42' is completed"}]}
        """;

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Events).WithTags("Events");
        group.MapPost("", Record).WithName("RecordEvents").WithSummary("Record lifecycle events")
            .WithDescription(
                "One JSON object; or many, as a JSON array or one a line as `application/x-ndjson`, of any length, each judged on its own and answered "
                + "as a batch of completions is. An event that moves a task obeys the same rules as a change of the task; `task:completed` and "
                + "`task:failed` are recorded as completions and may carry any field of one.")
            .WithMetadata(
                new TakesBody(typeof(EventRequest), Example, Json, SplitBody.Ndjson), new DisableRequestSizeLimitAttribute(), TakesParameter.Prefer,
                new TakesParameter("Idempotency-Key", "The id, where the body has none; of many, line n gets `<key>:n`.", IsHeader: true),
                new Answers(201, """{"id":"e-1","seq":1}"""), new Answers(200, """{"id":"e-1","duplicate":true}"""), new Answers(207, SomeStored))
            .Produces<EventReceipt>(StatusCodes.Status201Created).Produces<EventReceipt>().Produces<BatchReceipt>(StatusCodes.Status207MultiStatus)
            .ProducesProblems(409, 507);
        group.MapHistory();
    }

    /// <param name="http">The request.</param>
    /// <param name="recorder">The engine.</param>
    /// <param name="limits">How large a body or a line may be.</param>
    /// <param name="verdicts">For many: `all` lists every line in the answer, else only those that were not stored as sent.</param>
    private static async Task<IResult> Record(HttpContext http, Recorder recorder, LimitOptions limits, string? verdicts)
    {
        if (MediaTypes.Refuse(http.Request, Json, SplitBody.Ndjson) is { } refusal) return refusal;
        var query = new QueryReader(http.Request.Query);
        if (query.One("verdicts") is not (null or "all")) query.Add("verdicts", "must be all", verdicts);
        if (query.Refusal() is { } unasked) return unasked;
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        var areMany = MediaTypes.Is(http.Request, SplitBody.Ndjson) || await PeekedBody.IsArrayAsync(http.Request, limits.BodyBytes);
        if (!areMany) return await RecordOne(http, recorder, rules, limits);
        return await BatchRequest.TakeAsync(
            http, terms => new SinglesPart<PostedEvent>(recorder.RecordAsync, terms), rules, limits.LineBytes, listAll: verdicts == "all");
    }

    private static async Task<IResult> RecordOne(HttpContext http, Recorder recorder, ReadingRules rules, LimitOptions limits)
    {
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        if (!PostedEvent.TryRead(body, rules, out var posted, out var rejection)) return Refusals.Of(rejection!);
        if (IdempotencyKey.Apply(http.Request, posted) is { } wrong) return wrong;
        var receipt = (await recorder.RecordAsync([posted]))[0];
        return receipt.IsKept ? Answer(receipt, posted.Warnings) : Refusals.Of(receipt);
    }

    private static IResult Answer(Receipt receipt, IReadOnlyList<string> warnings)
    {
        var isDuplicate = receipt.Verdict == Verdict.Duplicate;
        var answer = new EventReceipt(receipt.Id, isDuplicate, receipt.Seq == 0 ? null : receipt.Seq, warnings.Count == 0 ? null : warnings);
        return isDuplicate ? TypedResults.Ok(answer) : TypedResults.Created((string?)null, answer);
    }
}
