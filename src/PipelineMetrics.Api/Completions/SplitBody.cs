using System.IO.Pipelines;
using PipelineMetrics.Api.Hosting.Requests;

namespace PipelineMetrics.Api.Completions;

/// <summary>Takes a record; may wait.</summary>
internal delegate ValueTask LineTaker(in BatchLine line);

/// <summary>Reads a body of records, NDJSON or a JSON array, of any length while it arrives.</summary>
internal static class SplitBody
{
    public const string Ndjson = "application/x-ndjson";

    /// <summary>Hands over one record after the other.</summary>
    /// <param name="http">The request.</param>
    /// <param name="lineBytes">How long a record may be.</param>
    /// <param name="take">Takes a record.</param>
    /// <param name="isOver">Whether no more are wanted.</param>
    /// <exception cref="BadHttpRequestException">The body as a whole is not what it says it is.</exception>
    public static async Task ReadAsync(HttpContext http, int lineBytes, LineTaker take, Func<bool> isOver)
    {
        ILineSplitter splitter = MediaTypes.Is(http.Request, Ndjson) ? new NdjsonSplitter(lineBytes) : new ArraySplitter(lineBytes);
        var reader = PipeReader.Create(http.Request.Body, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            for (var isLast = false; !isLast && !isOver();)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                var buffer = read.Buffer;
                isLast = read.IsCompleted;
                while (splitter.TryNext(ref buffer, isLast, out var line)) await take(line);
                reader.AdvanceTo(buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
