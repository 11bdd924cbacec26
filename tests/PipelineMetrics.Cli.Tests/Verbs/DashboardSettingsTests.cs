namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class DashboardSettingsTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private string Settings => Path.Combine(_folder.Path, "settings.yaml");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dashboard: { refresh_interval: 5, max_recent_tasks: 7 }", null, 7)]
    [InlineData("dashboard: { max_recent_tasks: 7 }", "8", 8)]
    [InlineData("orchestrator: { poll_interval: 30 }", null, 10)]
    public async Task The_file_says_how_many_completions_are_shown_and_the_environment_before_it(string yaml, string? variable, int limit)
    {
        await File.WriteAllTextAsync(Settings, yaml);
        await using var service = await CannedService.StartAsync();

        await CliRun.WithAsync(new() { ["PIPELINE_METRICS_DASHBOARD__MAX_RECENT_TASKS"] = variable ?? "" }, "dashboard", "--url", service.Url, "--config", Settings);

        service.Asked.ShouldContain($"/api/agent/status?limit={limit}");
    }

    [Theory]
    [InlineData("dashboard: { refresh_interval: 0 }", "dashboard.refresh_interval must be between 00:00:00.2000000 and 01:00:00; got '0'")]
    [InlineData("dashboard: { max_recent_tasks: many }", "dashboard.max_recent_tasks must be a whole number; got 'many'")]
    public async Task A_value_that_breaks_its_rule_ends_with_2(string yaml, string problem)
    {
        await File.WriteAllTextAsync(Settings, yaml);

        var run = await CliRun.OfAsync("dashboard", "--config", Settings, "--url", "http://127.0.0.1:1");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(problem);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(3, "--interval-seconds", "3")]
    public async Task The_interval_of_the_file_holds_where_none_is_given(int seconds, params string[] words)
    {
        await File.WriteAllTextAsync(Settings, "dashboard: { refresh_interval: 7 }");
        await using var service = await CannedService.StartAsync();
        var clock = new HastyClock();
        using var terminal = new FakeTerminal { Clock = clock };
        var running = CommandTree.RunAsync(["dashboard", "--config", Settings, "--url", service.Url, .. words], terminal.Shell());

        await terminal.WhenAsync(terminal => terminal.Text.Contains("queue", StringComparison.Ordinal));
        terminal.Press('q');
        await running;

        clock.Periods.ShouldBe([TimeSpan.FromSeconds(seconds)]);
    }
}
