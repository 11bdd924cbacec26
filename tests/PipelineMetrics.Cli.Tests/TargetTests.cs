namespace PipelineMetrics.Cli.Tests;

public class TargetTests
{
    [Fact]
    public async Task A_log_directory_is_asked_without_a_service_and_nothing_is_written_to_it()
    {
        using var log = LogFolder.With(LogFolder.Completion("a"), LogFolder.Completion("b", "failed", 30));

        var run = await CliRun.OfAsync("metrics", "--log", log.Path, "--json");

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldStartWith("""{"success_rate":{"completed":1,"failed":1,"total":2,"rate":0.5}""");
        Directory.GetFileSystemEntries(log.Path).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_directory_without_a_log_is_named()
    {
        using var empty = new LogFolder();

        var run = await CliRun.OfAsync("metrics", "--log", empty.Path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldBe($"pipeline-metrics: Could not read the log in {empty.Path}: it holds no metrics.jsonl and no events.jsonl{Environment.NewLine}");
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_that_is_not_there_ends_with_3()
    {
        var run = await CliRun.OfAsync("metrics", "--url", "http://127.0.0.1:1");

        run.ExitCode.ShouldBe(3);
        run.Error.ShouldContain("http://127.0.0.1:1/ cannot be reached");
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("ftp://host/")]
    [InlineData("http://host/?a=b")]
    public async Task An_address_that_is_none_ends_with_2(string address)
    {
        var run = await CliRun.WithAsync(new() { ["PIPELINE_METRICS_URL"] = address }, "metrics");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain($"PIPELINE_METRICS_URL: '{address}' is no address of a service");
    }

    [Fact]
    public async Task A_service_and_a_directory_at_once_end_with_2() =>
        (await CliRun.OfAsync("metrics", "--url", "http://127.0.0.1:1", "--log", "x")).ExitCode.ShouldBe(2);

    [Fact]
    public async Task What_the_service_refuses_ends_with_4_and_its_reason()
    {
        using var log = LogFolder.With(LogFolder.Completion("a"));

        var run = await CliRun.OfAsync("metrics", "--log", log.Path, "--window", "7x");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("'window' must be a length such as");
    }
}
