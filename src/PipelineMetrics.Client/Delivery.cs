using Microsoft.Extensions.Logging;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>Brings a batch to its end: sent again until every line of it is stored, or refused for what it says.</summary>
internal sealed class Delivery(
    Func<ReadOnlyMemory<byte>, int, CancellationToken, Task<BatchAnswer>> post, RetryDelays delays, Patience patience, RejectedFile refused, ILogger logger)
{
    private const string Unusable = "unusable_request";
    private string? _trouble;

    /// <summary>What is counted.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Returns when every line has its verdict. The lines, and with them their ids, are the same in every attempt.</summary>
    public Task DeliverAsync(Batch batch, CancellationToken end) => DeliverAsync(batch, 0, batch.Count, end);

    private async Task DeliverAsync(Batch batch, int first, int count, CancellationToken end)
    {
        while (true)
        {
            var answer = await post(batch.Lines(first, count), count, end);
            if (answer.Kind == AnswerKind.Judged)
            {
                await BookAsync(batch, first, answer.Receipt!);
                return;
            }
            if (answer.Kind == AnswerKind.Unusable)
            {
                await HalveAsync(batch, first, count, answer, end);
                return;
            }
            Tally.AddRetry();
            Tell(answer);
            await patience.WaitAsync(delays.After(answer), isAsked: answer.RetryAfter is not null, end);
        }
    }

    private async Task BookAsync(Batch batch, int first, BatchReceipt receipt)
    {
        delays.Reset();
        if (_trouble is not null) logger.LogInformation("Records are stored again");
        _trouble = null;
        Tally.AddSent(receipt.Stored, receipt.Duplicate);
        Tally.AddRejected(receipt.Rejected);
        foreach (var verdict in receipt.Results)
        {
            var index = first + (int)verdict.Line - 1;
            if (verdict.Code is "stored" or "duplicate" || index < first || index >= batch.Count) continue;
            await refused.KeepAsync(verdict.Code, verdict.Reason ?? "", batch.Line(index));
        }
    }

    /// <summary>One line may spoil it for the others, or they are too many: what is left of it alone is refused.</summary>
    private async Task HalveAsync(Batch batch, int first, int count, BatchAnswer answer, CancellationToken end)
    {
        if (count > 1)
        {
            await DeliverAsync(batch, first, count / 2, end);
            await DeliverAsync(batch, first + (count / 2), count - (count / 2), end);
            return;
        }
        Tally.AddRejected(1);
        await refused.KeepAsync(Unusable, answer.Words, batch.Line(first));
    }

    /// <summary>Says each trouble once, not at every attempt.</summary>
    private void Tell(BatchAnswer answer)
    {
        if (answer.Words == _trouble) return;
        _trouble = answer.Words;
        logger.LogWarning("Records are not stored, they are kept and sent again: {Trouble}", answer.Words);
    }
}
