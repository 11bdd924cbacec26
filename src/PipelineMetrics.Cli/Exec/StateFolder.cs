using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Where exec keeps what has to outlive it.</summary>
internal static class StateFolder
{
    /// <summary>The folder for records that are not sent yet: what was given, else one of the user's. Null when the user has no home.</summary>
    public static string? Spool(string? given, Shell shell) => given ?? shell.Variable("PIPELINE_METRICS_SPOOL") ?? Own(shell, "spool");

    /// <summary>The folder for what sessions had used; null when the user has no home.</summary>
    public static string? Sessions(Shell shell) => Own(shell, "sessions");

    /// <summary>The part of a spool for one receiver: what one service should have had must not go to another.</summary>
    /// <param name="spool">The spool.</param>
    /// <param name="receiver">An address or a directory.</param>
    public static string PartFor(string spool, string receiver)
    {
        var readable = new string([.. receiver.TrimEnd('/').Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').TakeLast(40)]).Trim('-');
        return Path.Combine(spool, $"{readable}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(receiver)).AsSpan(0, 4))}");
    }

    private static string? Own(Shell shell, string name)
    {
        if (shell.Variable("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state)) return Path.Combine(state, "pipeline-metrics", name);
        var home = shell.Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length == 0 ? null : Path.Combine(home, ".local", "state", "pipeline-metrics", name);
    }
}
