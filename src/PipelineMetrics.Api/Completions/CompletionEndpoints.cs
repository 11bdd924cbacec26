using Microsoft.AspNetCore.Mvc;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>Finished attempts: one, many, and one read back.</summary>
internal static class CompletionEndpoints
{
    private const string Json = "application/json";

    private const string Example =
        """{"id":"run-1","task_id":"t-42","task_type":"impl","model":"claude-sonnet-4-5","duration_seconds":73.5,"status":"completed"}""";

    private const string Stored =
        """{"task_id":"t-42","duration_seconds":73.5,"status":"completed","created_at":"2026-01-31T10:00:00.000Z","id":"run-1","seq":1,"crc":"1d983516"}""";

    private const string AllStored = """{"stored":2,"duplicate":0,"rejected":0,"first_seq":1,"last_seq":2,"results":[]}""";

    private const string SomeStored = """
        {"stored":1,"duplicate":0,"rejected":1,"first_seq":1,"last_seq":1,
         "results":[{"line":2,"code":"invalid_completion","reason":"'status' is required: completed or failed (or give outcome)"}]}
        """;

    public static void MapCompletions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Completions).WithTags("Completions");
        group.MapPost("", Record).WithName("RecordCompletion").WithSummary("Record one finished attempt")
            .WithDescription(
                "When the answer is 201, the completion is synced to disk and in every figure. "
                + "The same `id` and content again is answered with 200 and `duplicate: true`.")
            .WithMetadata(
                new TakesBody(typeof(CompletionRequest), Example, Json), TakesParameter.Prefer,
                new TakesParameter("Idempotency-Key", "The id, where the body has none; up to 128 bytes.", IsHeader: true),
                new Answers(201, """{"id":"run-1","seq":1}"""), new Answers(200, """{"id":"run-1","duplicate":true}"""))
            .Produces<CompletionReceipt>(StatusCodes.Status201Created).Produces<CompletionReceipt>()
            .ProducesProblems(404, 409, 507);
        group.MapPost("/batch", RecordBatch).WithName("RecordCompletions").WithSummary("Record many finished attempts")
            .WithDescription(
                "A JSON array, or one record a line as `application/x-ndjson`, of any length, compressed or not. Every line is judged on its own.")
            .WithMetadata(
                new TakesBody(typeof(CompletionRequest[]), $"[{Example}]", Json, SplitBody.Ndjson), new DisableRequestSizeLimitAttribute(), TakesParameter.Prefer,
                new TakesParameter("Idempotency-Key", "Gives line n without an id the id `<key>:n`; up to 108 bytes.", IsHeader: true),
                new Answers(200, AllStored), new Answers(207, SomeStored))
            .Produces<BatchReceipt>().Produces<BatchReceipt>(StatusCodes.Status207MultiStatus)
            .ProducesProblems(507);
        group.MapRead("/{id}", Show).WithName("ShowCompletion").WithSummary("One completion as it stands in the log")
            .WithMetadata(new Answers(200, Stored)).Produces<CompletionRequest>().ProducesProblems(404);
        // The same for ids with a slash, which a path cannot hold: ?id=
        group.MapRead("", Show).WithName("ShowCompletionByQuery").WithSummary("One completion as it stands in the log")
            .WithMetadata(new Answers(200, Stored)).Produces<CompletionRequest>().ProducesProblems(404);
    }

    /// <param name="http">The request.</param>
    /// <param name="recorder">The engine.</param>
    /// <param name="limits">How large a body may be.</param>
    private static async Task<IResult> Record(HttpContext http, Recorder recorder, LimitOptions limits)
    {
        if (QueryReader.RefuseAny(http.Request) is { } unasked) return unasked;
        if (MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        if (!PostedCompletion.TryRead(body, rules, out var posted, out var rejection)) return Refusals.Of(rejection!);
        if (IdempotencyKey.Apply(http.Request, posted) is { } wrong) return wrong;
        return Answer(await recorder.RecordAsync(posted), posted.Warnings);
    }

    private static IResult Answer(Receipt receipt, IReadOnlyList<string> warnings)
    {
        if (!receipt.IsKept) return Refusals.Of(receipt);
        var isDuplicate = receipt.Verdict == Verdict.Duplicate;
        var answer = new CompletionReceipt(receipt.Id!, isDuplicate, receipt.Seq == 0 ? null : receipt.Seq, warnings.Count == 0 ? null : warnings);
        return new ReceiptResult(answer, isDuplicate ? null : AddressOf(answer.Id));
    }

    private static string AddressOf(string id) => $"{Routes.Completions}{(RoutedId.FitsPath(id) ? "/" : "?id=")}{Uri.EscapeDataString(id)}";

    /// <param name="http">The request.</param>
    /// <param name="recorder">The engine.</param>
    /// <param name="limits">How long a line may be.</param>
    /// <param name="verdicts">`all` lists every line in the answer, else only those that were not stored as sent.</param>
    private static async Task<IResult> RecordBatch(HttpContext http, Recorder recorder, LimitOptions limits, string? verdicts)
    {
        if (MediaTypes.Refuse(http.Request, Json, SplitBody.Ndjson) is { } refusal) return refusal;
        var query = new QueryReader(http.Request.Query);
        if (query.One("verdicts") is not (null or "all")) query.Add("verdicts", "must be all", verdicts);
        if (query.Refusal() is { } unasked) return unasked;
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        return await BatchRequest.TakeAsync(http, terms => new CompletionPart(recorder, terms), rules, limits.LineBytes, listAll: verdicts == "all");
    }

    private static IResult Show(string? id, HttpRequest request, Recorder recorder)
    {
        var query = new QueryReader(request.Query);
        if (!request.RouteValues.ContainsKey("id") && query.One("id") is null) query.Add("id", "is required", null);
        if (query.Refusal() is { } unasked) return unasked;
        if ((recorder.FindCompletion(id!) ?? recorder.FindCompletion(RoutedId.WithSlashes(id!))) is not var (json, supersededBy))
            return Problems.Result(StatusCodes.Status404NotFound, "unknown_completion", $"No completion has the id '{id}'.");
        return StoredLineResult.Of(json, supersededBy);
    }
}
