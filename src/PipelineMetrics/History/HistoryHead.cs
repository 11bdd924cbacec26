namespace PipelineMetrics.History;

/// <summary>
/// How far the history may be shown, and who waits for more. The commit thread moves it when lines are durable and counted; whatever
/// many wait, that costs it one look, because they are woken by another thread.
/// </summary>
internal sealed class HistoryHead : IThreadPoolWorkItem
{
    private TaskCompletionSource _moved = NewSignal();
    private long _seq;
    private int _isAwaited;

    /// <summary>The last number that may be shown.</summary>
    public long Seq => Volatile.Read(ref _seq);

    /// <summary>Everything up to this number may be shown from now on.</summary>
    public void MoveTo(long seq)
    {
        if (seq <= _seq) return;
        // First the number, then the look for somebody who waits; who waits does it the other way round, so that one sees the other.
        Interlocked.Exchange(ref _seq, seq);
        if (Interlocked.Exchange(ref _isAwaited, 0) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Done soon after there is more than this; may be done without cause.</summary>
    public Task WhenBeyondAsync(long seq)
    {
        var moved = Volatile.Read(ref _moved).Task;
        Interlocked.Exchange(ref _isAwaited, 1);
        return Seq > seq ? Task.CompletedTask : moved;
    }

    void IThreadPoolWorkItem.Execute() => Interlocked.Exchange(ref _moved, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
