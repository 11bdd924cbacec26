using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// Completions of a batch that are recorded together: one block as long as all of them can be stored as they are, else one by one.
/// </summary>
internal sealed class CompletionPart(Recorder recorder, BatchTerms terms) : IBatchPart
{
    private readonly SinglesPart<PostedCompletion> _singles = new(recorder.RecordAsync, terms);
    private PostedBlock? _block = terms.AllowBlocks ? recorder.NewBlock(terms.Rules) : null;
    private long _firstNumber;
    private Task<BlockReceipt>? _recording;

    public bool TryAdd(in BatchLine line)
    {
        if (_block is null) return _singles.TryAdd(line);
        if (TryAddTo(_block, line)) return true;
        if (_block.Count > 0) return false;
        _block.Dispose();
        _block = null;
        return _singles.TryAdd(line);
    }

    public void Send()
    {
        if (_block is { Count: > 0 }) _recording = recorder.RecordAsync(_block);
        else _singles.Send();
    }

    public async Task SettleAsync(BatchTally tally)
    {
        if (_recording is null) await _singles.SettleAsync(tally);
        else Count(tally, await _recording);
    }

    public async ValueTask DisposeAsync()
    {
        await (_recording ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _singles.DisposeAsync();
        _block?.Dispose();
        _block = null;
    }

    private void Count(BatchTally tally, BlockReceipt block)
    {
        tally.AddStored(block.Stored, block.FirstSeq);
        for (var i = 0; i < block.Each.Count; i++) tally.Add(_firstNumber + i, block.Each[i]);
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
}
