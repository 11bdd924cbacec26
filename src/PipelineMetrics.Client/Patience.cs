namespace PipelineMetrics.Client;

/// <summary>The pause after a failure. Somebody who waits for a flush cuts it short, unless the service asked for it.</summary>
internal sealed class Patience(Alarm alarm, TimeProvider clock)
{
    private int _isHurried;

    /// <summary>The pause that runs, or else the next one, ends at once.</summary>
    public void Hurry()
    {
        Interlocked.Exchange(ref _isHurried, 1);
        alarm.Ring();
    }

    public async Task WaitAsync(TimeSpan pause, bool isAsked, CancellationToken end)
    {
        var started = clock.GetTimestamp();
        while (isAsked || Interlocked.Exchange(ref _isHurried, 0) == 0)
        {
            var left = pause - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return;
            await alarm.WaitAsync(left, end);
        }
    }
}
