using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Compaction;

/// <summary>Lets the oldest part of the log leave.</summary>
internal static class CompactionEndpoints
{
    private const string Json = "application/json";
    private const string Example = """{"before":"30d","seal":false,"dry_run":true}""";

    private const string Report = """
        {"before":"2026-01-01T00:00:00.000Z","dry_run":false,
         "archived":[{"file":"metrics-0000000000000001.jsonl","first_seq":1,"last_seq":812345,"lines":700000,"bytes":268435701,"archived_bytes":21474836}],
         "kept_because":[{"file":"events.jsonl","code":"active","reason":"it is being written to"},
          {"file":"metrics-0000000000812346.jsonl","code":"newer","reason":"its newest fact was recorded at 2026-01-20T08:15:00.000Z"}]}
        """;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    public static void AddCompaction(this IServiceCollection services)
    {
        services.AddSingleton<Compactor>();
        services.AddHostedService<Retention>();
    }

    public static void MapCompaction(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Routes.Compact, Compact).WithTags("Log").WithName("CompactLog").WithSummary("Archive the oldest part of the log")
            .WithDescription(
                "Sealed files whose newest fact was recorded before an instant leave the log and memory, oldest first and without a gap; files of events stay "
                + "while a task in them is open. Their lines are in `archive/`, verified before the file goes. The parameters may stand in the query or in a "
                + "JSON body. Answers when it is done; one that is under way is a 409.")
            .WithMetadata(
                new TakesParameter("before", "Files whose newest fact was recorded before this instant (RFC 3339), or this long back from now (30d). Required here or in the body."),
                new TakesParameter("seal", "true: seal the active files first, so that they may leave too; default false."),
                new TakesParameter("dry_run", "true: only say what would leave; default false."),
                new TakesBody(typeof(CompactRequest), Example, Json), new Answers(200, Report))
            .Produces<CompactResponse>().ProducesProblems(409, 507);

    private static async Task<IResult> Compact(
        HttpContext http, Compactor compactor, LimitOptions limits, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        if (body.Length > 0 && MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        if (CompactionParameters.Read(http.Request.Query, body, clock.GetUtcNow(), out var asked) is { } wrong) return wrong;
        try
        {
            // Who asks and goes away changes nothing; only the end of the service ends it.
            return await compactor.RunAsync(asked!, lifetime.ApplicationStopping) is { } report ? TypedResults.Ok(Shape(asked!, report)) : Running();
        }
        catch (Exception e) when (e is DiskException or LogStoppedException or OperationCanceledException)
        {
            return Refused(e);
        }
    }

    private static CompactResponse Shape(CompactionRequest asked, CompactionReport report) => new(
        Instant.ToText(asked.Before), asked.DryRun,
        [.. report.Archived.Select(file => new ArchivedFile(file.File, file.FirstSeq, file.LastSeq, file.Lines, file.Bytes, file.ArchiveBytes))],
        [.. report.Kept.Select(file => new KeptFileReason(file.File, file.Because, file.Reason))]);

    private static IResult Running() => Problems.Result(
        StatusCodes.Status409Conflict, "compaction_running", "A compaction is under way; ask again when it has ended.", retryAfter: RetryAfter);

    private static IResult Refused(Exception problem) => problem switch
    {
        DiskException { Fault: DiskFault.Full } => Problems.Result(
            StatusCodes.Status507InsufficientStorage, "disk_full", "The disk of the log has no room for the archives. Nothing is lost.", retryAfter: RetryAfter),
        DiskException disk => Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "write_failed", $"The archives could not be made ({disk.Fault}). Nothing is lost.", retryAfter: RetryAfter),
        LogStoppedException => Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "log_stopped", "The log takes nothing until the service is restarted, so nothing leaves it.", retryAfter: RetryAfter),
        _ => Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "stopping", "The service is stopping. Nothing is lost; ask again when it is back.", retryAfter: RetryAfter),
    };
}
