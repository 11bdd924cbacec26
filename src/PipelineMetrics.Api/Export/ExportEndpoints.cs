using System.Globalization;
using PipelineMetrics.Api.Events;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Log;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Export;

/// <summary>Hands out everything that was recorded.</summary>
internal static class ExportEndpoints
{
    private const string Example = """{"task_id":"t-42","duration_seconds":73.5,"status":"completed","created_at":"2026-01-31T10:00:00.000Z","id":"run-1","seq":1}""";

    public static void MapExport(this IEndpointRouteBuilder routes) =>
        routes.MapRead(Routes.Export, Show).WithTags("Import and export").WithName("Export").WithSummary("Everything that was recorded, as a file")
            .WithDescription(
                "The lines of the log as they stand there, oldest first, up to the newest when the export begins; as NDJSON they can be imported again. "
                + "With `format=csv` a table: of completions every field, of events the columns of ADR-009. Text that a spreadsheet would take for a "
                + "formula gets a `'` before it. An export that breaks off ends its connection without an end of the body.")
            .WithMetadata(
            [
                .. HistoryParameters.Filters,
                new TakesParameter("format", "ndjson (default), json (one array), csv."),
                new TakesParameter("kind", "completions or events: only these. Default both; with format=csv completions."),
                new Answers(200, Example),
            ])
            .Produces<string>(StatusCodes.Status200OK, ExportFormat.Ndjson.MediaType);

    private static IResult Show(HttpContext http, Recorder recorder, TimeProvider clock)
    {
        var query = new QueryReader(http.Request.Query);
        var now = clock.GetUtcNow();
        var filter = HistoryParameters.Filter(query, now);
        var format = FormatOf(query);
        var kind = KindOf(query);
        if (query.Refusal() is { } refusal) return refusal;
        Truncation.Tell(http.Response, recorder, filter.Since);
        return new ExportResult(recorder.History.Scan(), filter, kind, format, NameOf(format, now));
    }

    private static ExportFormat FormatOf(QueryReader query)
    {
        var word = query.One("format") ?? ExportFormat.Ndjson.Word;
        if (ExportFormat.All.FirstOrDefault(f => f.Word == word) is { } format) return format;
        query.Add("format", $"must be one of {ExportFormat.Listed}", word);
        return ExportFormat.Ndjson;
    }

    private static LogStream? KindOf(QueryReader query)
    {
        var word = query.One("kind");
        if (word is not (null or "completions" or "events")) query.Add("kind", "must be completions or events", word);
        return word switch { "completions" => LogStream.Completions, "events" => LogStream.Events, _ => null };
    }

    private static string NameOf(ExportFormat format, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"pipeline-metrics-{now:yyyyMMdd'T'HHmmss'Z'}.{format.Word}");
}
