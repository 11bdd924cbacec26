using System.Buffers;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// A batch on its way: lines are read while the lines before them are being made durable, in their order. It knows at any moment
/// what of it is stored.
/// </summary>
internal sealed class Batch(Func<IBatchPart> newPart, BatchTerms terms) : IAsyncDisposable
{
    private readonly BatchTally _tally = new(terms.ListAll);
    private IBatchPart _filling = newPart();
    private IBatchPart? _committing;

    /// <summary>Set when the log takes nothing more; the rest of the batch was not stored.</summary>
    public Receipt? Failure => _tally.Failure;

    public BatchReceipt Receipt => _tally.ToReceipt();

    public bool IsEmpty => _tally.IsEmpty;

    /// <summary>Takes a line; waits when enough of them are under way.</summary>
    public ValueTask AddAsync(in BatchLine line)
    {
        if (_filling.TryAdd(line)) return ValueTask.CompletedTask;
        var kept = line with { Json = new ReadOnlySequence<byte>(line.Json.ToArray()) };
        return new ValueTask(SendAndAddAsync(kept));
    }

    /// <summary>Waits until everything taken is settled.</summary>
    public async Task FinishAsync()
    {
        await SendAsync();
        await SettleAsync();
    }

    /// <summary>Waits for what is under way, so that a batch whose sender has left ends here and not behind everybody's back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_committing is not null) await _committing.DisposeAsync();
        await _filling.DisposeAsync();
    }

    private async Task SendAndAddAsync(BatchLine line)
    {
        await SendAsync();
        _filling.TryAdd(line);
    }

    private async Task SendAsync()
    {
        await SettleAsync();
        if (Failure is null) _filling.Send();
        (_committing, _filling) = (_filling, newPart());
    }

    private async Task SettleAsync()
    {
        if (_committing is null) return;
        await using (_committing) await _committing.SettleAsync(_tally);
        _committing = null;
    }
}

/// <summary>How a batch was asked for.</summary>
/// <param name="Rules">How strictly its lines are read.</param>
/// <param name="IdempotencyKey">What gives line n the id <c>key:n</c>, unless it has one.</param>
/// <param name="ListAll">Whether the answer lists every line.</param>
internal sealed record BatchTerms(ReadingRules Rules, string? IdempotencyKey, bool ListAll)
{
    /// <summary>Whether lines may be stored without a word on each.</summary>
    public bool AllowBlocks => IdempotencyKey is null && !ListAll;
}
