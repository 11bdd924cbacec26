using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Events;

/// <summary>Bounds how many follow the history at once, and ends them all when the service stops.</summary>
internal sealed class StreamPlaces(LimitOptions limits, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>How long a reader who is being written to may take for it when the service stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private int _taken;

    /// <summary>A place for this request, to be disposed with it; null when all are taken.</summary>
    public StreamPlace? TryTake(HttpContext http)
    {
        if (Interlocked.Increment(ref _taken) <= limits.Streams) return new StreamPlace(this, http, lifetime.ApplicationStopping);
        Interlocked.Decrement(ref _taken);
        return null;
    }

    internal void GiveBack() => Interlocked.Decrement(ref _taken);

    internal ITimer AbortSoon(HttpContext http) => clock.CreateTimer(_ => http.Abort(), null, Grace, Timeout.InfiniteTimeSpan);
}

/// <summary>One who follows the history.</summary>
internal sealed class StreamPlace : IDisposable
{
    private readonly StreamPlaces _places;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenRegistration _stopping;
    private ITimer? _abort;

    public StreamPlace(StreamPlaces places, HttpContext http, CancellationToken stopping)
    {
        _places = places;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        // One who does not read would hold the stop up until its very end.
        _stopping = stopping.Register(() => _abort = places.AbortSoon(http));
    }

    /// <summary>Cancelled when the reader leaves or the service stops.</summary>
    public CancellationToken Ending => _ending.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _abort?.Dispose();
        _ending.Dispose();
        _places.GiveBack();
    }
}
