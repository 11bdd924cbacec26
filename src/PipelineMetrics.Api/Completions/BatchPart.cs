using System.Buffers;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// The lines of a batch that are recorded together: one block as long as all of them can be stored as they are, else one by one.
/// </summary>
internal sealed class BatchPart(Recorder recorder, BatchTerms terms) : IAsyncDisposable
{
    private const int MostSingles = 1024;
    private const int MostSingleBytes = 1 << 20;
    private readonly List<Prepared> _singles = [];
    private PostedBlock? _block = terms.AllowBlocks ? recorder.NewBlock(terms.Rules) : null;
    private long _firstNumber;
    private long _singleBytes;
    private Task<BlockReceipt>? _recordingBlock;
    private Task<IReadOnlyList<Receipt>>? _recordingSingles;

    /// <summary>Adds a line; false when it belongs into another part, which it never does when this one is empty.</summary>
    public bool TryAdd(in BatchLine line)
    {
        if (_block is null) return TryAddSingle(line);
        if (TryAddTo(_block, line)) return true;
        if (_block.Count > 0) return false;
        _block.Dispose();
        _block = null;
        return TryAddSingle(line);
    }

    public void Send()
    {
        if (_block is { Count: > 0 }) _recordingBlock = recorder.RecordAsync(_block);
        else if (_singles.Exists(line => line.Posted is not null))
            _recordingSingles = recorder.RecordAsync([.. _singles.Select(line => line.Posted).OfType<PostedCompletion>()]);
    }

    /// <summary>Waits and counts; the receipt of the first line that the log did not take is returned.</summary>
    public async Task<Receipt?> SettleAsync(BatchTally tally)
    {
        if (_recordingBlock is not null) return Count(tally, await _recordingBlock);
        var receipts = _recordingSingles is null ? [] : await _recordingSingles;
        Receipt? failure = null;
        var next = 0;
        foreach (var line in _singles)
        {
            if (line.Posted is null) tally.Reject(line.Number, line.Code!, line.Reason!);
            else if (next < receipts.Count) failure ??= Count(tally, line.Number, receipts[next++]);
            tally.Warn(line.Posted?.Warnings ?? []);
        }
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        await ((Task?)_recordingBlock ?? _recordingSingles ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _block?.Dispose();
        _block = null;
    }

    private Receipt? Count(BatchTally tally, BlockReceipt block)
    {
        tally.AddStored(block.Stored, block.FirstSeq);
        Receipt? failure = null;
        for (var i = 0; i < block.Each.Count; i++) failure ??= Count(tally, _firstNumber + i, block.Each[i]);
        return failure;
    }

    private static Receipt? Count(BatchTally tally, long number, Receipt receipt)
    {
        tally.Add(number, receipt);
        return receipt.Verdict is Verdict.DiskFull or Verdict.Unavailable ? receipt : null;
    }

    // The numbers of a block follow each other, so a blank line between two begins another one.
    private bool TryAddTo(PostedBlock block, in BatchLine line)
    {
        if (line.Broken is not null || !block.HasRoomFor(line.Json.Length)) return false;
        if (block.Count > 0 && line.Number != _firstNumber + block.Count) return false;
        if (!block.TryAdd(line.Json)) return false;
        if (block.Count == 1) _firstNumber = line.Number;
        return true;
    }

    private bool TryAddSingle(in BatchLine line)
    {
        if (_singles.Count == MostSingles || (_singles.Count > 0 && _singleBytes + line.Json.Length > MostSingleBytes)) return false;
        _singles.Add(Prepare(line));
        _singleBytes += line.Json.Length;
        return true;
    }

    private Prepared Prepare(in BatchLine line)
    {
        if (line.Broken is { } broken) return new Prepared(line.Number, null, broken.Code, broken.Reason);
        if (!PostedCompletion.TryRead(line.Json.ToArray(), terms.Rules, out var posted, out var rejection))
            return new Prepared(line.Number, null, rejection!.Code, rejection.Reason);
        if (terms.IdempotencyKey is { } key && posted.Id is null) posted.GiveId($"{key}:{line.Number}");
        return new Prepared(line.Number, posted, null, null);
    }

    private sealed record Prepared(long Number, PostedCompletion? Posted, string? Code, string? Reason);
}
