namespace PipelineMetrics.Api.Hosting.Readiness;

/// <summary>How far the service is.</summary>
internal enum ServicePhase
{
    /// <summary>The log is being replayed; figures would be partial.</summary>
    Starting,

    /// <summary>All is well.</summary>
    Ready,

    /// <summary>Everything kept is served, and something needs attention.</summary>
    Degraded,

    /// <summary>Nothing is written now; what is stored is served. New work should go elsewhere.</summary>
    NotWriting,

    /// <summary>It has no figures: it did not start.</summary>
    Failed,
}

/// <summary>A phase and the reasons for it, as one immutable value.</summary>
internal sealed record ServiceStatus(ServicePhase Phase, bool Loaded, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether new work should be sent here.</summary>
    public bool IsReady => Phase is ServicePhase.Ready or ServicePhase.Degraded;
}

/// <summary>
/// The service's state as the engine reports it. Safe from any thread. Failed is final: only a new process leaves it.
/// A service that cannot write is not ready, but its data routes answer: reading goes on, and writes are refused where they happen.
/// </summary>
internal sealed class ServiceState
{
    private readonly Lock _gate = new();
    private volatile ServiceStatus _current = new(ServicePhase.Starting, Loaded: false, ["the log is being read"]);

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceStatus Current => _current;

    /// <summary>Done when the service has read its log, or failed to.</summary>
    public Task Started => _settled.Task;

    public void Ready() => Move(ServicePhase.Ready, loaded: true, []);

    public void Degraded(params IReadOnlyList<string> reasons) => Move(ServicePhase.Degraded, loaded: true, reasons);

    public void NotWriting(string reason) => Move(ServicePhase.NotWriting, loaded: true, [reason]);

    public void Failed(string reason) => Move(ServicePhase.Failed, loaded: false, [reason]);

    private void Move(ServicePhase phase, bool loaded, IReadOnlyList<string> reasons)
    {
        lock (_gate)
        {
            if (_current.Phase != ServicePhase.Failed) _current = new(phase, _current.Loaded || loaded, reasons);
        }
        _settled.TrySetResult();
    }
}
