using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>
/// Short work for the commit thread between two commits, for whoever must not meet one. Who hands it over waits until it is done.
/// </summary>
internal sealed class BetweenCommits(CommitQueue queue)
{
    private readonly Lock _lock = new();
    private readonly Queue<(Action Work, TaskCompletionSource Done)> _waiting = new();
    private bool _closed;

    /// <summary>Has the work done. Any thread but the commit thread.</summary>
    /// <exception cref="OperationCanceledException">The service stops, or its commit thread has ended; the work was not done.</exception>
    /// <exception cref="DiskException">The work met it.</exception>
    /// <exception cref="LogStoppedException">The work met it.</exception>
    public void Do(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_closed) throw new OperationCanceledException("The service stops.");
            _waiting.Enqueue((work, done));
        }
        queue.Wake();
        done.Task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Do(Action)"/>
    /// <returns>What the work results in.</returns>
    public T Do<T>(Func<T> work)
    {
        var result = default(T);
        Do(() => { result = work(); });
        return result!;
    }

    /// <summary>Does what waits. The commit thread.</summary>
    public void DoWaiting()
    {
        while (TryTake(out var next)) Do(next.Work, next.Done);
    }

    /// <summary>Nothing is done any more; who waits is told.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
        while (TryTake(out var next)) next.Done.TrySetCanceled();
    }

    private static void Do(Action work, TaskCompletionSource done)
    {
        try
        {
            work();
            done.TrySetResult();
        }
        catch (Exception e) when (e is DiskException or LogStoppedException)
        {
            done.TrySetException(e);
        }
        finally
        {
            // Anything else ends the commit thread, and this wait with it.
            done.TrySetCanceled();
        }
    }

    private bool TryTake(out (Action Work, TaskCompletionSource Done) next)
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out next);
        }
    }
}
