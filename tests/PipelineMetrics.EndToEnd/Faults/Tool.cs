using System.ComponentModel;
using System.Diagnostics;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>What a test needs of the machine it runs on.</summary>
public enum Tool
{
    /// <summary>strace, and the right to trace a process.</summary>
    Strace,

    /// <summary>The right to mount a file system in memory.</summary>
    Tmpfs,
}

/// <summary>A test that cannot run everywhere; where it cannot, the reason is told. Looked at once for the whole run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    private static readonly Lazy<string?> NoStrace = new(WhyNoStrace);
    private static readonly Lazy<string?> NoTmpfs = new(WhyNoTmpfs);

    public FactNeedingAttribute(Tool tool)
    {
        Tool = tool;
        Skip = (tool == Tool.Strace ? NoStrace : NoTmpfs).Value;
    }

    public Tool Tool { get; }

    /// <summary>Continuous integration installs its tools: there a missing one is a failure, and the test says so by running.</summary>
    private static bool ToolsAreInstalled => Environment.GetEnvironmentVariable("CI") == "true";

    private static string? WhyNoStrace()
    {
        try
        {
            return Run("strace", "-qq", "-o", "/dev/null", "true") ? null : "strace may not trace here (ptrace is not permitted)";
        }
        catch (Win32Exception)
        {
            return ToolsAreInstalled ? null : "strace is not installed";
        }
    }

    private static string? WhyNoTmpfs()
    {
        try
        {
            using var small = new SmallDisk();
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return $"a small file system cannot be mounted here: {e.Message}";
        }
    }

    private static bool Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
