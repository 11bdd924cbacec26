using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Export;

/// <summary>How an export is written.</summary>
/// <param name="Word">Its name, which also ends the name of the file.</param>
/// <param name="MediaType">What it is called in a header.</param>
/// <param name="NewWriter">Makes what writes it, for the lines of one kind or of both.</param>
internal sealed record ExportFormat(string Word, string MediaType, Func<LogStream?, ExportWriter> NewWriter)
{
    public static ExportFormat Ndjson { get; } = new("ndjson", "application/x-ndjson", kind => new NdjsonExport(kind));

    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        Ndjson,
        new("json", "application/json; charset=utf-8", kind => new JsonExport(kind)),
        new("csv", "text/csv; charset=utf-8", kind => new CsvExport(kind)),
    ];

    /// <summary>The formats, for a message.</summary>
    public static string Listed { get; } = string.Join(", ", All.Select(f => f.Word));
}
