namespace PipelineMetrics.Cli.Tests.Verbs;

/// <summary>What looks after a log: verify, compact, refresh.</summary>
public class LogCareTests
{
    [Fact]
    public async Task A_whole_log_verifies_with_0()
    {
        using var log = await RecordedAsync("a", "b");

        var run = await CliRun.OfAsync("verify", "--log", log.Path);

        run.ShouldBe(new CliRun(0, "the log is whole\n2 lines in 2 files up to number 2, 0 of them without checksum\n", ""));
    }

    [Fact]
    public async Task An_edited_line_is_found_and_can_be_taken_into_the_books()
    {
        using var log = await RecordedAsync("a", "secret");
        var file = Path.Combine(log.Path, "metrics.jsonl");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("secret", "xxxxxx", StringComparison.Ordinal));

        var found = await CliRun.OfAsync("verify", "--log", log.Path);
        var accepted = await CliRun.OfAsync("verify", "--accept", "--json", "--log", log.Path);
        var after = await CliRun.OfAsync("verify", "--log", log.Path);

        found.ExitCode.ShouldBe(1);
        found.Out.ShouldContain("the log is damaged: 1 finding\n");
        accepted.ExitCode.ShouldBe(0);
        accepted.Out.ShouldContain("\"accepted\":[{");
        accepted.Out.ShouldContain("\"seqs\":[2]");
        after.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verifying_needs_a_directory()
    {
        (await CliRun.OfAsync("verify")).ExitCode.ShouldBe(2);
        (await CliRun.OfAsync("verify", "--log", "/nowhere")).ShouldBe(new CliRun(1, "", "pipeline-metrics: /nowhere: there is no such directory\n"));
    }

    [Fact]
    public async Task A_directory_without_a_log_is_not_whole_and_nothing_is_written_to_it()
    {
        using var empty = new LogFolder();

        foreach (var run in (CliRun[])[await CliRun.OfAsync("verify", "--log", empty.Path), await CliRun.OfAsync("verify", "--accept", "--log", empty.Path)])
            run.ShouldBe(new CliRun(1, "", $"pipeline-metrics: {empty.Path}: there is no log in it, no metrics.jsonl, events.jsonl or journal.json\n"));
        Directory.GetFileSystemEntries(empty.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Old_files_leave_when_they_are_told_to()
    {
        using var log = await RecordedAsync("a", "b");
        var tomorrow = $"{TimeProvider.System.GetUtcNow().AddDays(1):o}";

        var dry = await CliRun.OfAsync("compact", "--before", tomorrow, "--seal", "--dry-run", "--log", log.Path);
        var run = await CliRun.OfAsync("compact", "--before", tomorrow, "--seal", "--log", log.Path);

        dry.ExitCode.ShouldBe(0);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.ShouldContain("file that left");
        Directory.GetFiles(Path.Combine(log.Path, "archive")).ShouldNotBeEmpty();
        (await CliRun.OfAsync("metrics", "--log", log.Path)).Out.ShouldContain(" UTC has left the log");
        (await CliRun.OfAsync("compact", "--log", log.Path)).ExitCode.ShouldBe(2);
        (await CliRun.OfAsync("compact", "--before", "long ago", "--log", log.Path)).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task Refreshing_writes_the_figures_beside_the_log()
    {
        using var log = await RecordedAsync("a", "b");

        var run = await CliRun.OfAsync("refresh", "--log", log.Path);

        run.ShouldBe(new CliRun(0, "aggregates.json is written: 2 facts, 2 tasks, 0 chains\n", ""));
        File.ReadAllText(Path.Combine(log.Path, "aggregates.json")).ShouldContain("\"eventCount\":");
    }

    private static async Task<LogFolder> RecordedAsync(params string[] tasks)
    {
        var log = new LogFolder();
        foreach (var task in tasks)
            (await CliRun.OfAsync("record", "--task", task, "--duration-seconds", "5", "--status", "completed", "--log", log.Path)).ExitCode.ShouldBe(0);
        return log;
    }
}
