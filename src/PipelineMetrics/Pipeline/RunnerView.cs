namespace PipelineMetrics.Pipeline;

/// <summary>A runner as it was when it was last heard. Immutable.</summary>
/// <param name="Id">What it calls itself.</param>
/// <param name="Said">What it, or somebody about it, said last: running, stopped or error.</param>
/// <param name="LastSeen">When it was heard last: its last heartbeat since the start, else the last event of the log about it.</param>
public sealed record RunnerView(string Id, RunnerState Said, DateTimeOffset LastSeen)
{
    /// <summary>Whether it has ever sent a heartbeat: then the next is expected for as long as it says that it runs.</summary>
    public bool SendsHeartbeats { get; init; }

    /// <summary>Processor use as it said last, per cent of one core; null when it did not.</summary>
    public decimal? CpuPercent { get; init; }

    /// <summary>Memory as it said last, bytes; null when it did not.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Why it is so, as it said last.</summary>
    public string? Reason { get; init; }

    /// <summary>How long nothing has been heard of it.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="listeningSince">When the service started: what was sent while nobody listened is not held against a runner.</param>
    public TimeSpan SilenceAt(DateTimeOffset now, DateTimeOffset listeningSince)
    {
        var last = LastSeen > listeningSince ? LastSeen : listeningSince;
        return now > last ? now - last : TimeSpan.Zero;
    }

    /// <summary>How it is at a moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="listeningSince">When the service started.</param>
    /// <param name="maxSilence">A runner that was heard this long ago is still running.</param>
    public RunnerState StateAt(DateTimeOffset now, DateTimeOffset listeningSince, TimeSpan maxSilence) =>
        Said == RunnerState.Running && SilenceAt(now, listeningSince) > maxSilence ? RunnerState.Silent : Said;
}
