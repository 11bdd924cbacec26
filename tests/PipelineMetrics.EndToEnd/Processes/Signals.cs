using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>The signals that .NET cannot send: those that ask a process to stop.</summary>
internal static partial class Signals
{
    private const int Interrupted = 2;
    private const int Terminated = 15;

    public static void Interrupt(Process process) => Send(process, Interrupted);

    public static void Terminate(Process process) => Send(process, Terminated);

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
