using System.Diagnostics;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The command line at the begin of a pipe.</summary>
public sealed class WatchedPipeTests
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("queue", "--watch", "--interval-seconds", "0.2", "--json")]
    [InlineData("health", "--watch", "--interval-seconds", "0.2")]
    public async Task Who_watches_ends_when_nobody_reads_any_more(params string[] words)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pipeline-metrics.dll"), .. words, "--url", $"{service.Http.BaseAddress}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var watch = Process.Start(start)!;
        try
        {
            (await watch.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
            watch.StandardOutput.Close();

            await watch.WaitForExitAsync().WaitAsync(EndsWithin);
            watch.ExitCode.ShouldBe(0);
            (await watch.StandardError.ReadToEndAsync()).ShouldBeEmpty();
        }
        finally
        {
            watch.Kill();
        }
    }
}
