using System.Diagnostics;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>Runs the system's own tools.</summary>
internal static class Shell
{
    /// <summary>Waits for the end of a program that must succeed.</summary>
    /// <exception cref="IOException">It did not; the message is the first line it said.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static void Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"{program}: {said.Trim().Split('\n')[0]}");
    }
}
