using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Client;

/// <summary>The one task that sends: batch after batch while there is enough, else when the oldest has waited long enough.</summary>
internal sealed class Pump(Intake intake, Spool? spool, Delivery delivery, PumpTimes times, ILogger logger)
{
    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMinutes(1);
    private readonly Alarm _alarm = times.Alarm;
    private readonly Batch _batch = new();
    private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _flushTo;
    private int _searchesWanted;
    private int _searches = -1;
    private long _searchedAt;
    private long _droppedTold;

    private bool IsFlushing => intake.Settled < Interlocked.Read(ref _flushTo) || _searches < Volatile.Read(ref _searchesWanted) || spool?.Pending > 0;

    /// <summary>Sends until <paramref name="end"/>, whatever goes wrong.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                Search();
                Advance();
                TellDropped();
                if (!IsFlushing && intake.Pending < Batch.MostLines) await IdleAsync(end);
                await SendRoundAsync(end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The runner goes on whatever happens to its metrics; what was not settled is sent again.
                logger.LogError(e, "Sending failed in a way that should not be possible; it goes on");
                await Task.Delay(times.MaxRetryDelay, times.Clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits until what is accepted now, and what earlier processes left, is settled.</summary>
    /// <returns>False when the time was over first.</returns>
    public async Task<bool> FlushAsync(TimeSpan timeout, CancellationToken cancel)
    {
        var started = times.Clock.GetTimestamp();
        var target = intake.Accepted;
        RaiseFlushTo(target);
        var search = Interlocked.Increment(ref _searchesWanted);
        times.Patience.Hurry();
        while (true)
        {
            var advanced = Volatile.Read(ref _advanced).Task;
            if (intake.Settled >= target && Volatile.Read(ref _searches) >= search && spool is not { Pending: > 0 }) return true;
            var left = timeout - times.Clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || cancel.IsCancellationRequested) return false;
            var whole = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await advanced.WaitAsync(whole, times.Clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks into the spool when asked, and from time to time: a process may end at any moment.</summary>
    private void Search()
    {
        var wanted = Volatile.Read(ref _searchesWanted);
        if (_searches >= wanted && times.Clock.GetElapsedTime(_searchedAt) < BetweenSearches) return;
        spool?.Open();
        spool?.Search();
        _searchedAt = times.Clock.GetTimestamp();
        Volatile.Write(ref _searches, wanted);
    }

    /// <summary>One batch of our own and one of what others left, by turns, so that neither waits for the end of the other.</summary>
    private async Task SendRoundAsync(CancellationToken end)
    {
        await SendAsync(intake, end);
        if (spool?.Next() is not { } left) return;
        await SendAsync(left, end);
        spool.Recount();
    }

    private async Task SendAsync(IBacklog backlog, CancellationToken end)
    {
        if (backlog.Pending == 0) return;
        _batch.Clear();
        backlog.Fill(_batch);
        if (_batch.Count > 0) await delivery.DeliverAsync(_batch, end);
        backlog.Settle();
    }

    private async Task IdleAsync(CancellationToken end)
    {
        if (intake.TryArm(1)) await _alarm.WaitAsync(BetweenSearches, end);
        if (!IsFlushing && intake.Pending > 0 && intake.TryArm(Batch.MostLines)) await _alarm.WaitAsync(times.FlushInterval, end);
    }

    private void Advance() =>
        Interlocked.Exchange(ref _advanced, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private void TellDropped()
    {
        var dropped = delivery.Tally.Dropped;
        if (dropped > _droppedTold) logger.LogWarning("{Dropped} records were dropped since the last word", dropped - _droppedTold);
        _droppedTold = dropped;
    }

    private void RaiseFlushTo(long target)
    {
        for (var seen = Interlocked.Read(ref _flushTo); seen < target;)
        {
            var found = Interlocked.CompareExchange(ref _flushTo, target, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}

/// <summary>When a <see cref="Pump"/> does what.</summary>
internal sealed record PumpTimes(TimeProvider Clock, Alarm Alarm, Patience Patience, TimeSpan FlushInterval, TimeSpan MaxRetryDelay);
