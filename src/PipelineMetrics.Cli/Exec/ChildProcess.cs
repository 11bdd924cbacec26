using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PipelineMetrics.Cli.Exec;

/// <summary>What a process is started with.</summary>
/// <param name="Command">The program, which is looked for in PATH, and its arguments.</param>
/// <param name="Environment">All its variables.</param>
internal sealed record ChildStart(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Whether its standard output is to be read here; else it is the one of this process.</summary>
    public bool IsRead { get; init; }

    /// <summary>Whether it has no input, and its output is our stderr.</summary>
    public bool IsAside { get; init; }
}

/// <summary>
/// A process started as a shell starts one: same group, same terminal, same files, the signals that were ignored still ignored. It can be
/// signalled until it is reaped, and never another process in its place.
/// </summary>
internal sealed class ChildProcess
{
    private const int KindProcess = 1;
    private const int Exited = 4;
    private const short SetDefaultSignals = 4;
    private static readonly int LeaveIt = OperatingSystem.IsMacOS() ? 0x20 : 0x0100_0000;
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly long _ownPeakBytes = OwnPeakBytes();
    private bool _isReaped;

    private ChildProcess(int id, AnonymousPipeServerStream? output, TimeProvider clock, long began) =>
        (Id, Output, _clock, _began) = (id, output, clock, began);

    public int Id { get; }

    /// <summary>What it prints; null when that is not read here. Whoever reads it keeps it until the end: collected, it closes the pipe.</summary>
    public AnonymousPipeServerStream? Output { get; }

    /// <summary>How it ended.</summary>
    public Task<ChildEnd> Ended { get; private set; } = null!;

    /// <summary>Starts a process.</summary>
    /// <param name="how">What and with what.</param>
    /// <param name="clock">Measures how long it runs.</param>
    /// <param name="error">Why it could not be started, an error number; 0 when it was.</param>
    public static ChildProcess? TryStart(ChildStart how, TimeProvider clock, out int error)
    {
        var began = clock.GetTimestamp();
        var pipe = how.IsRead ? new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None) : null;
        error = Spawn(how, pipe?.ClientSafePipeHandle, out var id);
        pipe?.DisposeLocalCopyOfClientHandle();
        if (error != 0)
        {
            pipe?.Dispose();
            return null;
        }
        var child = new ChildProcess(id, pipe, clock, began);
        child.Ended = Task.Factory.StartNew(child.Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return child;
    }

    /// <summary>Sends it a signal; false when it is gone.</summary>
    public bool TrySignal(int signal)
    {
        lock (_gate) return !_isReaped && Posix.Kill(Id, signal) == 0;
    }

    private static int Spawn(ChildStart how, SafePipeHandle? output, out int id)
    {
        Span<byte> actions = stackalloc byte[Posix.StructBytes];
        Span<byte> attributes = stackalloc byte[Posix.StructBytes];
        Span<byte> signals = stackalloc byte[Posix.StructBytes];
        _ = Posix.InitActions(ref actions[0]);
        _ = Posix.InitAttributes(ref attributes[0]);
        // The runtime ignores SIGPIPE for itself; the command must end when nobody reads it, as it does without us.
        _ = Posix.ClearSignals(ref signals[0]);
        _ = Posix.AddSignal(ref signals[0], Posix.SigPipe);
        _ = Posix.SetDefaultSignals(ref attributes[0], ref signals[0]);
        _ = Posix.SetFlags(ref attributes[0], SetDefaultSignals);
        if (output is not null) _ = Posix.AddDuplicate(ref actions[0], (int)output.DangerousGetHandle(), 1);
        if (how.IsAside)
        {
            _ = Posix.AddOpen(ref actions[0], 0, "/dev/null", 0, 0);
            _ = Posix.AddDuplicate(ref actions[0], 2, 1);
        }
        string?[] arguments = [.. how.Command, null];
        string?[] environment = [.. how.Environment.Select(variable => $"{variable.Key}={variable.Value}"), null];
        var error = Posix.Spawn(out id, how.Command[0], ref actions[0], ref attributes[0], arguments, environment);
        _ = Posix.FreeActions(ref actions[0]);
        _ = Posix.FreeAttributes(ref attributes[0]);
        return error;
    }

    // First only looks, and then reaps under the lock: a number that is free may be another process at once.
    private ChildEnd Wait()
    {
        Span<byte> info = stackalloc byte[Posix.StructBytes];
        while (Posix.WaitFor(KindProcess, Id, ref info[0], Exited | LeaveIt) != 0 && Marshal.GetLastPInvokeError() == Posix.Interrupted)
        {
        }
        var duration = _clock.GetElapsedTime(_began);
        Span<byte> usage = stackalloc byte[Posix.StructBytes];
        lock (_gate)
        {
            int reaped, status;
            do reaped = Posix.Reap(Id, out status, 0, ref usage[0]);
            while (reaped < 0 && Marshal.GetLastPInvokeError() == Posix.Interrupted);
            _isReaped = true;
            return reaped == Id
                ? ChildEnd.Of(status, usage, _ownPeakBytes, duration)
                : throw new InvalidOperationException($"process {Id} was waited for by somebody else");
        }
    }

    private static long OwnPeakBytes()
    {
        const int Self = 0;
        Span<byte> usage = stackalloc byte[Posix.StructBytes];
        return OperatingSystem.IsLinux() && Posix.UsageOf(Self, ref usage[0]) == 0 ? ChildEnd.PeakOf(usage) : 0;
    }
}
