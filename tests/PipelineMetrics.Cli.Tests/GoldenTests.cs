using PipelineMetrics.Cli.Screen;

namespace PipelineMetrics.Cli.Tests;

/// <summary>
/// What people see is what was agreed. A change of it is accepted by running these tests once with ACCEPT_GOLDEN=1, which writes the
/// files in Golden anew, and by reading the difference.
/// </summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("dashboard-80x24", 80, 24, "dashboard")]
    [InlineData("dashboard-160x40", 160, 40, "dashboard")]
    [InlineData("dashboard-50x14", 50, 14, "dashboard")]
    [InlineData("queue", 100, 100, "queue")]
    [InlineData("queue-verbose", 140, 100, "queue", "--verbose")]
    [InlineData("queue-colours", 100, 100, "queue", "--limit", "4")]
    [InlineData("metrics", 100, 100, "metrics")]
    [InlineData("metrics-detail", 200, 100, "metrics", "--detail")]
    [InlineData("metrics-40", 40, 100, "metrics")]
    [InlineData("status", 100, 100, "status")]
    [InlineData("status-colours", 100, 100, "status", "--limit", "3")]
    [InlineData("health", 100, 100, "health")]
    [InlineData("health-verbose", 120, 100, "health", "-v")]
    [InlineData("timeseries", 100, 100, "timeseries")]
    [InlineData("summary", 100, 100, "summary")]
    [InlineData("chains", 100, 100, "chains", "-v")]
    [InlineData("events", 100, 100, "events")]
    public async Task What_a_verb_shows_is_what_was_agreed(string name, int columns, int rows, params string[] words)
    {
        await using var service = await CannedService.StartAsync();
        var colours = name.EndsWith("-colours", StringComparison.Ordinal);
        var run = await CliRun.WithAsync(new() { ["PIPELINE_METRICS_URL"] = service.Url, ["FORCE_COLOR"] = colours ? "1" : "" }, new ScreenSize(columns, rows), words);

        var shown = run.Out.Replace(service.Url, "http://service/", StringComparison.Ordinal).Replace('\e', '␛');
        var agreed = Path.Combine(CannedService.Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("ACCEPT_GOLDEN") == "1") await File.WriteAllTextAsync(agreed, shown);
        shown.ShouldBe(await File.ReadAllTextAsync(agreed));
        if (!colours) shown.Split('\n').ShouldAllBe(line => SafeText.Width(line) <= columns);
    }
}
