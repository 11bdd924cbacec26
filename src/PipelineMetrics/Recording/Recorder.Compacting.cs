using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <content>What a compaction needs of the recorder.</content>
public sealed partial class Recorder
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _oneCompaction = new(1);
    private int _isDisposed;

    /// <summary>The sums of the completions that have left the log.</summary>
    public CarriedOver CarriedOver => new(Log.Archive.CarriedOver);

    internal Journal Journal => _journal;

    internal CommitLoop Loop => _loop;

    /// <summary>Cancelled when the recorder is being disposed.</summary>
    internal CancellationToken Ending => _stopping.Token;

    /// <summary>An empty state for a part of the log.</summary>
    internal Projection NewState(KeptHistory kept, SipHash idHash) => new(_journal, kept, idHash, _logger);

    /// <summary>Lets go what was made of the state before. Any thread but the commit thread: it may wait for a question to be answered.</summary>
    internal void ForgetOldState()
    {
        _estimates.Forget();
        Pipeline.Forget();
    }

    /// <summary>False when one is under way, or the recorder has ended.</summary>
    internal bool TryBeginCompaction() => _oneCompaction.Wait(0);

    internal void EndCompaction() => _oneCompaction.Release();

    // It writes beside the log, so the directory stays ours until it has ended; and none begins any more.
    private void EndCompactions()
    {
        _loop.Between.Close();
        _oneCompaction.Wait();
    }
}
