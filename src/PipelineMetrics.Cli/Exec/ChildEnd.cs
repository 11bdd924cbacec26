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

    /// <summary>Processor time, user and system, milliseconds.</summary>
    public long? CpuMs { get; private init; }

    /// <summary>The most memory one of its processes held, bytes.</summary>
    public long? PeakMemoryBytes { get; private init; }

    /// <summary>What a shell would say: the exit code, or 128 and the signal.</summary>
    public int Code => ExitCode ?? 128 + Signal!.Value;

    /// <param name="status">As the system tells it to who waits.</param>
    /// <param name="usage">What it used, as the system lays it out.</param>
    public static ChildEnd Of(int status, ReadOnlySpan<byte> usage)
    {
        var signal = status & 0x7f;
        var end = signal == 0 ? new ChildEnd((status >> 8) & 0xff, null) : new ChildEnd(null, signal);
        // Elsewhere the numbers have other widths.
        if (nint.Size != sizeof(long)) return end;
        var peak = MemoryMarshal.Read<long>(usage[PeakAt..]);
        return end with
        {
            CpuMs = (Microseconds(usage) + Microseconds(usage[SystemTimeAt..]) + 500) / 1000,
            PeakMemoryBytes = OperatingSystem.IsMacOS() ? peak : peak << 10,
        };
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
