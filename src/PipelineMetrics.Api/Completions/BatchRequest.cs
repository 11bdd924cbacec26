using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Prometheus;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Completions;

/// <summary>Takes a request that carries a batch, and answers it.</summary>
internal static class BatchRequest
{
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
        try
        {
            await SplitBody.ReadAsync(http, lineBytes, batch.AddAsync, () => batch.Failure is not null);
        }
        catch (Exception e) when (ErrorHandling.StatusOf(e) < StatusCodes.Status500InternalServerError)
        {
            await FinishAsync(http, batch);
            return Refusals.Of(e, Refusals.Members(batch.Receipt));
        }
        await FinishAsync(http, batch);
        return Answer(batch);
    }

    private static async Task FinishAsync(HttpContext http, Batch batch)
    {
        await batch.FinishAsync();
        var receipt = batch.Receipt;
        http.Features.Set(new IngestedRecords(receipt.Stored - receipt.Duplicate, receipt.Duplicate, receipt.Rejected));
    }

    private static IResult Answer(Batch batch)
    {
        var receipt = batch.Receipt;
        if (batch.Failure is { } failure) return Refusals.Of(failure, receipt.Stored, Refusals.Members(receipt));
        if (receipt.Rejected == 0) return TypedResults.Ok(receipt);
        if (receipt.Stored > 0) return TypedResults.Json(receipt, statusCode: StatusCodes.Status207MultiStatus);
        return Problems.Result(
            StatusCodes.Status422UnprocessableEntity, "nothing_stored", "No line of the batch was stored; see results.", members: Refusals.Members(receipt));
    }
}
