using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>The signal that .NET cannot send: asking a process to stop.</summary>
internal static partial class Signals
{
    private const int Terminated = 15;

    public static void Terminate(Process process)
    {
        if (Kill(process.Id, Terminated) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
