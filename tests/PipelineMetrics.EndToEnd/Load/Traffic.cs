namespace PipelineMetrics.EndToEnd.Load;

/// <summary>What a load amounted to. Safe from any thread.</summary>
internal sealed class Traffic
{
    private long _asked;
    private long _answered;

    /// <summary>Requests that were begun.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Requests whose whole answer arrived.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Requests that the service left without an answer.</summary>
    public long Unanswered => Asked - Answered;

    public void Ask() => Interlocked.Increment(ref _asked);

    public void Answer() => Interlocked.Increment(ref _answered);
}
