namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Does things at given moments while a load runs. Disposed, it waits for what has begun and forgets the rest.</summary>
internal sealed class Timetable : IAsyncDisposable
{
    private readonly List<Timer> _timers = [];

    /// <param name="milliseconds">From now on.</param>
    /// <param name="act">Must not throw.</param>
    public void At(int milliseconds, Action act) => _timers.Add(new Timer(_ => act(), null, milliseconds, Timeout.Infinite));

    public async ValueTask DisposeAsync()
    {
        foreach (var timer in _timers) await timer.DisposeAsync();
    }
}
