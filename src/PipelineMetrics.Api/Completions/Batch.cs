using System.Buffers;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// A batch on its way: lines are read while the lines before them are being made durable, in their order. It knows at any moment
/// what of it is stored.
/// </summary>
internal sealed class Batch<TPosted>(Func<IReadOnlyList<TPosted>, Task<IReadOnlyList<Receipt>>> record, BatchTerms terms) : IAsyncDisposable
    where TPosted : class, IPosted<TPosted>
{
    private const int ChunkLines = 1024;
    private const int ChunkBytes = 1 << 20;
    private readonly BatchTally _tally = new(terms.ListAll);
    private List<Prepared> _chunk = [];
    private int _chunkBytes;
    private Task<IReadOnlyList<Receipt>> _committing = Task.FromResult<IReadOnlyList<Receipt>>([]);
    private List<Prepared> _committed = [];

    /// <summary>Set when the log takes nothing more; the rest of the batch was not stored.</summary>
    public Receipt? Failure { get; private set; }

    public BatchReceipt Receipt => _tally.ToReceipt();

    public bool IsEmpty => _tally.IsEmpty;

    /// <summary>Takes a line; waits when enough of them are under way.</summary>
    public ValueTask AddAsync(in BatchLine line)
    {
        _chunk.Add(Prepare(line));
        _chunkBytes += (int)line.Json.Length;
        return _chunk.Count < ChunkLines && _chunkBytes < ChunkBytes ? ValueTask.CompletedTask : new ValueTask(SendAsync());
    }

    /// <summary>Waits until everything taken is settled.</summary>
    public async Task FinishAsync()
    {
        await SendAsync();
        await SettleAsync();
    }

    /// <summary>Waits for what is under way, so that a batch whose sender has left ends here and not behind everybody's back.</summary>
    public async ValueTask DisposeAsync() => await ((Task)_committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task SendAsync()
    {
        await SettleAsync();
        if (Failure is null) _committing = record([.. _chunk.Select(p => p.Posted).OfType<TPosted>()]);
        (_committed, _chunk, _chunkBytes) = (_chunk, [], 0);
    }

    private async Task SettleAsync()
    {
        var receipts = await _committing;
        var next = 0;
        foreach (var line in _committed)
        {
            if (line.Posted is null) _tally.Reject(line.Number, line.Code!, line.Reason!);
            else if (next < receipts.Count) Count(line, receipts[next++]);
        }
        _committed = [];
        _committing = Task.FromResult<IReadOnlyList<Receipt>>([]);
    }

    private void Count(Prepared line, Receipt receipt)
    {
        _tally.Add(line.Number, receipt);
        _tally.Warn(line.Posted!.Warnings);
        if (receipt.Verdict is Verdict.DiskFull or Verdict.Unavailable) Failure ??= receipt;
    }

    private Prepared Prepare(in BatchLine line)
    {
        if (line.Broken is { } broken) return new Prepared(line.Number, null, broken.Code, broken.Reason);
        if (!TPosted.TryRead(line.Json.ToArray(), terms.Rules, out var posted, out var rejection))
            return new Prepared(line.Number, null, rejection!.Code, rejection.Reason);
        if (terms.IdempotencyKey is { } key && posted.Id is null) posted.GiveId($"{key}:{line.Number}");
        return new Prepared(line.Number, posted, null, null);
    }

    private sealed record Prepared(long Number, TPosted? Posted, string? Code, string? Reason);
}

/// <summary>How a batch was asked for.</summary>
/// <param name="Rules">How strictly its lines are read.</param>
/// <param name="IdempotencyKey">What gives line n the id <c>key:n</c>, unless it has one.</param>
/// <param name="ListAll">Whether the answer lists every line.</param>
internal sealed record BatchTerms(ReadingRules Rules, string? IdempotencyKey, bool ListAll);
