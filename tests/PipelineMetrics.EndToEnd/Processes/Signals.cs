using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>The signals that .NET cannot send: those that ask a process to stop.</summary>
internal static partial class Signals
{
    private const int NoSuchProcess = 3;
    private const int Interrupted = 2;
    private const int Terminated = 15;

    public static void Interrupt(Process process) => Send(process, Interrupted);

    public static void Terminate(Process process) => Send(process, Terminated);

    private static void Send(Process process, int signal)
    {
        // Whoever is gone already needs no signal.
        if (Kill(process.Id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess) throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
