using System.Runtime.InteropServices;

namespace PipelineMetrics.Cli.Exec;

/// <summary>
/// Hands the signals that this process gets to the command it runs, and outlives them: there is a run to record. What keys of a terminal
/// send reaches the command by itself, and is not sent twice.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private static readonly int[] FromKeys = [Posix.SigInt, Posix.SigQuit, Posix.SigWinch];
    private static readonly int[] Stopping = [Posix.SigHup, Posix.SigInt, Posix.SigQuit, Posix.SigTerm];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private ChildProcess? _child;
    private int? _early;
    private volatile CancellationTokenSource _next = new();

    private SignalRelay()
    {
    }

    /// <summary>Cancelled by the first signal that asks for an end.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>A token that the next signal which asks for an end cancels; not those before this call.</summary>
    public CancellationToken NextStop() => (_next = new CancellationTokenSource()).Token;

    /// <summary>Begins. What is ignored stays ignored, as under nohup: the runtime sees to that.</summary>
    public static SignalRelay Start()
    {
        var relay = new SignalRelay();
        // Who ignores the end of its children never learns how they ended; we may have been started so.
        if (Posix.IsIgnored(Posix.SigChild)) Posix.SetDefault(Posix.SigChild);
        int[] relayed = [.. Stopping, Posix.SigWinch, Posix.SigUsr1, Posix.SigUsr2];
        foreach (var signal in relayed)
            relay._registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, relay.Take));
        return relay;
    }

    /// <summary>From now on signals go to this process; so does one that came while there was none.</summary>
    public void Attach(ChildProcess child)
    {
        lock (_gate)
        {
            _child = child;
            if (_early is { } signal) child.TrySignal(signal);
            _early = null;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        var signal = (int)context.Signal;
        var isFromKeys = FromKeys.Contains(signal) && Posix.IsInForeground();
        lock (_gate)
        {
            if (!isFromKeys && _child?.TrySignal(signal) is not true && Stopping.Contains(signal)) _early = signal;
        }
        if (!Stopping.Contains(signal)) return;
        _stop.Cancel();
        _next.Cancel();
    }
}
