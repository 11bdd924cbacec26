namespace PipelineMetrics.Client;

/// <summary>Wakes the one task that waits for it. Ringing neither waits nor allocates, so that a thread that tracks can do it.</summary>
internal sealed class Alarm(TimeProvider clock) : IThreadPoolWorkItem
{
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Ring() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Waits until it rings, has rung since the last wait, or the time is over. May return early: ask again what there is to do.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken end)
    {
        var rung = Volatile.Read(ref _rung);
        // Timers count whole milliseconds: one that was early by the rest would be waited for again and again.
        var whole = TimeSpan.FromMilliseconds(Math.Ceiling(most.TotalMilliseconds));
        await rung.Task.WaitAsync(whole, clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (rung.Task.IsCompleted) Volatile.Write(ref _rung, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        end.ThrowIfCancellationRequested();
    }

    void IThreadPoolWorkItem.Execute() => Volatile.Read(ref _rung).TrySetResult();
}
