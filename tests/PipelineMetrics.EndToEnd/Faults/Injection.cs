namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>A system call on certain files that is made to fail, or to take long; every thread counts its own calls.</summary>
/// <param name="Call">The name of the call.</param>
/// <param name="What">What strace does to it: <c>error=EIO:when=3</c>, <c>delay_enter=50000</c>.</param>
internal sealed record Injection(string Call, string What)
{
    /// <summary>The command that runs another one so.</summary>
    /// <param name="report">A file that will have a line for each of the calls.</param>
    /// <param name="path">The file or directory concerned.</param>
    /// <param name="injections">What is done.</param>
    public static IReadOnlyList<string> Words(string report, string path, params Injection[] injections) =>
    [
        "strace", "-f", "-qq", "--seccomp-bpf", "-o", report, "-P", path, "-e", $"trace={string.Join(',', injections.Select(i => i.Call))}",
        .. injections.SelectMany(i => new[] { "-e", $"inject={i.Call}:{i.What}" }),
    ];

    /// <summary>How often something was done to a call; a file that is not there yet has none.</summary>
    public static int Count(string report) => File.Exists(report) ? File.ReadLines(report).Count(IsInjected) : 0;

    private static bool IsInjected(string line) =>
        line.Contains("(INJECTED)", StringComparison.Ordinal) || line.Contains("(DELAYED)", StringComparison.Ordinal);
}
