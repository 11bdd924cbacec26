using System.IO.Pipelines;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Completions;

/// <summary>Takes a request that carries a batch, and answers it.</summary>
internal static class BatchRequest
{
    public const string Ndjson = "application/x-ndjson";

    /// <summary>Reads the body, NDJSON or a JSON array, while what was read is being stored.</summary>
    /// <param name="http">The request.</param>
    /// <param name="newPart">Makes an empty part of such a batch.</param>
    /// <param name="rules">How strictly its lines are read.</param>
    /// <param name="lineBytes">How long a line may be.</param>
    /// <param name="listAll">Whether the answer lists every line, else only those that were not stored as sent.</param>
    public static async Task<IResult> TakeAsync(HttpContext http, Func<BatchTerms, IBatchPart> newPart, ReadingRules rules, int lineBytes, bool listAll)
    {
        if (IdempotencyKey.RefuseForBatch(http.Request) is { } wrong) return wrong;
        var terms = new BatchTerms(rules, IdempotencyKey.Of(http.Request), listAll);
        await using var batch = new Batch(() => newPart(terms), terms);
        ILineSplitter splitter = MediaTypes.Is(http.Request, Ndjson) ? new NdjsonSplitter(lineBytes) : new ArraySplitter(lineBytes);
        try
        {
            await ReadAsync(http, splitter, batch);
        }
        catch (Exception e) when (ErrorHandling.StatusOf(e) < StatusCodes.Status500InternalServerError)
        {
            await batch.FinishAsync();
            return Refusals.Of(e, batch.Receipt);
        }
        await batch.FinishAsync();
        return Answer(batch);
    }

    private static IResult Answer(Batch batch)
    {
        var receipt = batch.Receipt;
        if (batch.Failure is { } failure) return Refusals.Of(failure, receipt);
        if (receipt.Rejected == 0) return TypedResults.Ok(receipt);
        if (receipt.Stored > 0) return TypedResults.Json(receipt, statusCode: StatusCodes.Status207MultiStatus);
        return Problems.Result(
            StatusCodes.Status422UnprocessableEntity, "nothing_stored", "No line of the batch was stored; see results.", members: Refusals.Members(receipt));
    }

    private static async Task ReadAsync(HttpContext http, ILineSplitter splitter, Batch batch)
    {
        var reader = PipeReader.Create(http.Request.Body, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            for (var isLast = false; !isLast && batch.Failure is null;)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                var buffer = read.Buffer;
                isLast = read.IsCompleted;
                while (splitter.TryNext(ref buffer, isLast, out var line)) await batch.AddAsync(line);
                reader.AdvanceTo(buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
