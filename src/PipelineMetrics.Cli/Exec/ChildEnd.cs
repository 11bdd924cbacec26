using System.Runtime.InteropServices;

namespace PipelineMetrics.Cli.Exec;

/// <summary>How a process ended and what it used, with everything it waited for.</summary>
/// <param name="ExitCode">Null when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; null when none did.</param>
internal sealed record ChildEnd(int? ExitCode, int? Signal)
{
    private const int MicrosecondsAt = 8;
    private const int SystemTimeAt = 16;
    private const int PeakAt = 32;
    private const long InexactBytes = 1 << 20;

    /// <summary>Processor time, user and system, milliseconds.</summary>
    public long? CpuMs { get; private init; }

    /// <summary>How long it ran.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The most memory one of its processes held, bytes; null when that was not more than this process held.</summary>
    public long? PeakMemoryBytes { get; private init; }

    /// <summary>What a shell would say: the exit code, or 128 and the signal.</summary>
    public int Code => ExitCode ?? 128 + Signal!.Value;

    /// <param name="status">As the system tells it to who waits.</param>
    /// <param name="usage">What it used, as the system lays it out.</param>
    /// <param name="ownPeakBytes">The most memory that this process held when it was started.</param>
    /// <param name="duration">How long it ran.</param>
    public static ChildEnd Of(int status, ReadOnlySpan<byte> usage, long ownPeakBytes, TimeSpan duration)
    {
        var signal = status & 0x7f;
        var end = signal == 0 ? new ChildEnd((status >> 8) & 0xff, null) { Duration = duration } : new ChildEnd(null, signal) { Duration = duration };
        // Elsewhere the numbers have other widths.
        if (nint.Size != sizeof(long)) return end;
        var peak = PeakOf(usage);
        return end with
        {
            CpuMs = (Microseconds(usage) + Microseconds(usage[SystemTimeAt..]) + 500) / 1000,
            // Linux counts to a process what the one that started it held at that moment: what is not clearly more is not its own.
            PeakMemoryBytes = peak > ownPeakBytes + InexactBytes ? peak : null,
        };
    }

    /// <summary>The most memory of whoever the usage is of, bytes.</summary>
    public static long PeakOf(ReadOnlySpan<byte> usage)
    {
        var peak = MemoryMarshal.Read<long>(usage[PeakAt..]);
        return OperatingSystem.IsMacOS() ? peak : peak << 10;
    }

    public static string NameOf(int signal) => signal switch
    {
        Posix.SigHup => "SIGHUP",
        Posix.SigInt => "SIGINT",
        Posix.SigQuit => "SIGQUIT",
        6 => "SIGABRT",
        8 => "SIGFPE",
        Posix.SigKill => "SIGKILL",
        11 => "SIGSEGV",
        Posix.SigPipe => "SIGPIPE",
        Posix.SigTerm => "SIGTERM",
        _ => $"signal {signal}",
    };

    private static long Microseconds(ReadOnlySpan<byte> time) =>
        (MemoryMarshal.Read<long>(time) * 1_000_000) + MemoryMarshal.Read<int>(time[MicrosecondsAt..]);
}
