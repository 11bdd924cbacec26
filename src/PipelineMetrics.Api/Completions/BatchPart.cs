using System.Buffers;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>Lines of a batch that are recorded together.</summary>
internal interface IBatchPart : IAsyncDisposable
{
    /// <summary>Adds a line; false when it belongs into another part, which it never does when this one is empty.</summary>
    bool TryAdd(in BatchLine line);

    /// <summary>Begins to record what was added.</summary>
    void Send();

    /// <summary>Waits and counts.</summary>
    Task SettleAsync(BatchTally tally);
}

/// <summary>Lines that are each read and judged by themselves.</summary>
/// <param name="record">Records in the order given; each has a receipt of its own, in that order.</param>
/// <param name="terms">How the batch was asked for.</param>
internal sealed class SinglesPart<TPosted>(Func<IReadOnlyList<TPosted>, Task<IReadOnlyList<Receipt>>> record, BatchTerms terms) : IBatchPart
    where TPosted : class, IPosted<TPosted>
{
    private const int MostLines = 1024;
    private const int MostBytes = 1 << 20;
    private readonly List<Prepared> _lines = [];
    private long _bytes;
    private Task<IReadOnlyList<Receipt>>? _recording;

    public bool TryAdd(in BatchLine line)
    {
        if (_lines.Count == MostLines || (_lines.Count > 0 && _bytes + line.Json.Length > MostBytes)) return false;
        _lines.Add(Prepare(line));
        _bytes += line.Json.Length;
        return true;
    }

    public void Send()
    {
        if (_lines.Exists(line => line.Posted is not null)) _recording = record([.. _lines.Select(line => line.Posted).OfType<TPosted>()]);
    }

    public async Task SettleAsync(BatchTally tally)
    {
        var receipts = _recording is null ? [] : await _recording;
        var next = 0;
        foreach (var line in _lines)
        {
            if (line.Posted is null) tally.Reject(line.Number, line.Code!, line.Reason!);
            else if (next < receipts.Count) tally.Add(line.Number, receipts[next++]);
            tally.Warn(line.Posted?.Warnings ?? []);
        }
    }

    public async ValueTask DisposeAsync() => await ((Task?)_recording ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

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
