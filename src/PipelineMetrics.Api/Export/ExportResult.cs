using System.Buffers;
using PipelineMetrics.History;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Export;

/// <summary>
/// Sends lines while they are read. What breaks it off on the way is thrown: the server then closes the connection without an end of the
/// body, so that nobody takes a part for the whole.
/// </summary>
internal sealed class ExportResult(HistoryScan scan, HistoryFilter filter, LogStream? kind, ExportFormat format, string fileName) : IResult
{
    private const int PartBytes = 64 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, left) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = format.MediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        var (part, writer) = (new ArrayBufferWriter<byte>(PartBytes * 2), format.NewWriter(kind));
        writer.Begin(part);
        while (scan.MoveNext())
        {
            // A search may pass over much before it has anything to send.
            left.ThrowIfCancellationRequested();
            if (filter.Wants(scan.Current.Stream, scan.Current.Json)) writer.Write(part, scan.Current);
            if (part.WrittenCount < PartBytes) continue;
            await response.Body.WriteAsync(part.WrittenMemory, left);
            part.ResetWrittenCount();
        }
        writer.End(part);
        await response.Body.WriteAsync(part.WrittenMemory, left);
    }
}
