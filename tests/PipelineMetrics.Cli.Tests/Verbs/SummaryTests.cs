using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class SummaryTests : IDisposable
{
    private readonly LogFolder _log = LogFolder.With(LogFolder.Completion("a"));

    private string Aggregates => Path.Combine(_log.Path, "aggregates.json");

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task The_file_of_adr_009_is_renewed_and_the_log_is_left_alone()
    {
        var before = await File.ReadAllTextAsync(Path.Combine(_log.Path, "metrics.jsonl"));

        var run = await CliRun.OfAsync("summary", "--log", _log.Path);

        run.ExitCode.ShouldBe(0);
        run.Out.ShouldStartWith("tasks");
        (await File.ReadAllTextAsync(Aggregates)).ShouldContain("\"eventCount\": 1");
        (await File.ReadAllTextAsync(Path.Combine(_log.Path, "metrics.jsonl"))).ShouldBe(before);
        File.Exists(Path.Combine(_log.Path, "events.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public async Task Beside_a_service_that_writes_the_log_only_the_answer_is_given()
    {
        await using var writer = await EmbeddedService.StartAsync(_log.Path, config: null, mayWrite: true, CancellationToken.None);

        var run = await CliRun.OfAsync("summary", "--log", _log.Path);

        run.ExitCode.ShouldBe(0);
        run.Out.ShouldStartWith("tasks");
        File.Exists(Aggregates).ShouldBeFalse();
    }

    [Fact]
    public async Task A_part_of_the_history_is_not_kept_as_if_it_were_all()
    {
        (await CliRun.OfAsync("summary", "--log", _log.Path, "--window", "7d")).ExitCode.ShouldBe(0);

        File.Exists(Aggregates).ShouldBeFalse();
    }
}
