using System.Buffers;
using Microsoft.AspNetCore.Mvc;
using PipelineMetrics.Api.Completions;
using PipelineMetrics.Api.Events;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Api.Prometheus;
using PipelineMetrics.Contracts;
using PipelineMetrics.Importing;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Import;

/// <summary>Takes another log.</summary>
internal static class ImportEndpoints
{
    private const string Json = "application/json";

    private const string Example = """
        [{"eventType":"task:started","entityType":"task","entityId":"001-setup","chainId":"CHAIN-001-a","timestamp":"2026-01-31T10:00:00Z","id":"e-1"}]
        """;

    private const string Answer = """
        {"read":3,"imported":1,"duplicate":1,"rejected_count":1,"completions":0,"events":1,"first_seq":1,"last_seq":1,
         "rejected":[{"line":3,"code":"invalid_json","reason":"the body is not valid JSON"}]}
        """;

    public static void MapImport(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Routes.Import, Take).WithTags("Import and export").WithName("Import").WithSummary("Import another log")
            .WithDescription(
                "One record a line as `application/x-ndjson`, or a JSON array, of any length, compressed or not. Facts are taken at their word: they keep "
                + "their times, and no rule of a task refuses them. Importing the same again adds nothing. The answer is 200 whatever is wrong with "
                + "single lines; it counts all of them and names the first 1,000.")
            .WithMetadata(
                new TakesBody(typeof(object[]), Example, Json, SplitBody.Ndjson), new DisableRequestSizeLimitAttribute(),
                new TakesParameter("format", $"How the lines are written: {ImportFormats.Listed}. Default detect: each line is looked at."),
                new TakesParameter("dry_run", "true: only say what would be imported."),
                new Answers(200, Answer))
            .Produces<ImportReceipt>().ProducesProblems(507);

    private static async Task<IResult> Take(HttpContext http, Recorder recorder, LimitOptions limits)
    {
        if (MediaTypes.Refuse(http.Request, SplitBody.Ndjson, Json) is { } refusal) return refusal;
        var query = new QueryReader(http.Request.Query);
        var format = Format(query);
        var isDryRun = HistoryParameters.Flag(query, "dry_run", yes: "true", no: "false");
        if (query.Refusal() is { } unasked) return unasked;
        await using var importer = new Importer(recorder, format, isDryRun, limits.JsonDepth);
        try
        {
            await SplitBody.ReadAsync(http, limits.LineBytes, (in BatchLine line) => AddAsync(importer, line), () => importer.Failure is not null);
        }
        catch (Exception e) when (ErrorHandling.StatusOf(e) < StatusCodes.Status500InternalServerError)
        {
            await FinishAsync(http, importer);
            return Refusals.Of(e, Refusals.Members(ReceiptOf(importer.Report)));
        }
        await FinishAsync(http, importer);
        var receipt = ReceiptOf(importer.Report);
        return importer.Failure is { } failure
            ? Refusals.Of(failure, receipt.Imported + receipt.Duplicate, Refusals.Members(receipt))
            : TypedResults.Ok(receipt);
    }

    private static async Task FinishAsync(HttpContext http, Importer importer)
    {
        await importer.FinishAsync();
        var report = importer.Report;
        // A trial brings nothing in.
        http.Features.Set(report.IsDryRun ? new IngestedRecords(0, 0, 0) : new IngestedRecords(report.Imported, report.Duplicate, report.Rejected));
    }

    private static ValueTask AddAsync(Importer importer, in BatchLine line)
    {
        if (line.Broken is { } broken) importer.Reject(line.Number, broken.Code, broken.Reason);
        else importer.Add(line.Number, line.Json.IsSingleSegment ? line.Json.FirstSpan : line.Json.ToArray());
        return importer.IsFull ? new ValueTask(importer.SendAsync()) : ValueTask.CompletedTask;
    }

    private static ImportFormat Format(QueryReader query)
    {
        var word = query.One("format");
        if (!ImportFormats.TryParse(word ?? "detect", out var format)) query.Add("format", $"must be one of {ImportFormats.Listed}", word);
        return format;
    }

    private static ImportReceipt ReceiptOf(ImportReport report) => new()
    {
        DryRun = report.IsDryRun,
        Read = report.Read,
        Imported = report.Imported,
        Duplicate = report.Duplicate,
        RejectedCount = report.Rejected,
        Completions = report.Completions,
        Events = report.Imported - report.Completions,
        FirstSeq = report.FirstSeq,
        LastSeq = report.LastSeq,
        Rejected = [.. report.RejectedLines.Select(line => new RejectedLineRecord(line.Line, line.Code, line.Reason))],
        Warnings = report.Warnings.Count == 0 ? null : [.. report.Warnings.Select(w => new ImportWarning(w.Warning, w.Lines))],
    };
}
