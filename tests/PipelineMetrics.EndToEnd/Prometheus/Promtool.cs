using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PipelineMetrics.EndToEnd.Prometheus;

/// <summary>What the people who make Prometheus say about what we write.</summary>
internal static class Promtool
{
    /// <summary>The files for Prometheus and Grafana that come with the service.</summary>
    public static string Files { get; } = Path.GetFullPath(Path.Combine(Here(), "../../../docs/observability"));

    /// <summary>What the alert rules should do, for <c>promtool test rules</c>.</summary>
    public static string RuleTests { get; } = Path.Combine(Here(), "rules.test.yml");

    /// <summary>Runs it; it must find nothing.</summary>
    /// <returns>What it said on its output.</returns>
    public static async Task<string> ShouldFindNothingAsync(string[] words, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", words)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        (process.ExitCode, await errors).ShouldBe((0, ""), await output);
        return await output;
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
