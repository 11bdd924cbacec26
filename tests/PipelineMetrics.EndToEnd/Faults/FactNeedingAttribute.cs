using System.ComponentModel;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>A test that cannot run everywhere; where it cannot, the reason is told. Looked at once for the whole run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(params Tool[] tools)
    {
        Tools = tools;
        Skip = tools.Select(ToolBox.WhyNot).FirstOrDefault(reason => reason is not null);
    }

    public IReadOnlyList<Tool> Tools { get; }
}

/// <summary>The same for a test with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryNeedingAttribute : TheoryAttribute
{
    public TheoryNeedingAttribute(params Tool[] tools)
    {
        Tools = tools;
        Skip = tools.Select(ToolBox.WhyNot).FirstOrDefault(reason => reason is not null);
    }

    public IReadOnlyList<Tool> Tools { get; }
}

/// <summary>What this machine lets us do.</summary>
internal static class ToolBox
{
    private static readonly Dictionary<Tool, Lazy<string?>> Reasons = new()
    {
        [Tool.Strace] = new(WhyNoStrace),
        [Tool.Tmpfs] = new(() => Try("a small file system cannot be mounted here", () => new SmallDisk().Dispose())),
        [Tool.Ext4] = new(() => Try("a file cannot be mounted as a disk here", () => SmallDisk.Ext4().Dispose())),
        [Tool.OtherUser] = new(() => Try("no program can be run as another user here", () => OtherUser.Run("true"))),
        [Tool.Git] = new(() => ToolsAreInstalled ? null : Try("git is not installed", () => Shell.Run("git", "--version"))),
        [Tool.Prometheus] = new(() => ToolsAreInstalled ? null : Try("prometheus is not installed", () =>
        {
            Shell.Run("prometheus", "--version");
            Shell.Run("promtool", "--version");
        })),
        [Tool.Tmux] = new(() => ToolsAreInstalled ? null : Try("tmux is not installed", () => Shell.Run("tmux", "-V"))),
        [Tool.Limits] = new(() => Try("limits cannot be set here", () => Shell.Run("prlimit", "--nofile=64", "true"))),
    };

    /// <summary>Continuous integration installs its tools: there a missing one is a failure, and the test says so by running.</summary>
    private static bool ToolsAreInstalled => Environment.GetEnvironmentVariable("CI") == "true";

    /// <returns>Null when the tool can be used, else the reason.</returns>
    public static string? WhyNot(Tool tool) => Reasons[tool].Value;

    private static string? WhyNoStrace()
    {
        try
        {
            Shell.Run("strace", "-qq", "-o", "/dev/null", "true");
            return null;
        }
        catch (IOException)
        {
            return "strace may not trace here (ptrace is not permitted)";
        }
        catch (Win32Exception)
        {
            return ToolsAreInstalled ? null : "strace is not installed";
        }
    }

    private static string? Try(string reason, Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return $"{reason}: {e.Message}";
        }
    }
}
