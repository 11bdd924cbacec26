using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace PipelineMetrics.Cli.Tests.Verbs;

public class ImportExportTests
{
    private const string Started =
        """{"eventType":"task:started","entityType":"task","entityId":"001-a","chainId":"CHAIN-001-a","timestamp":"2026-01-31T10:00:00Z","id":"e-1"}""";

    private const string Completed =
        """{"eventType":"task:completed","entityType":"task","entityId":"001-a","chainId":"CHAIN-001-a","timestamp":"2026-01-31T11:00:00Z","id":"e-2"}""";

    [Theory]
    [InlineData("log.jsonl")]
    [InlineData("log.jsonl.gz")]
    [InlineData("log.json")]
    public async Task A_log_is_imported_once_however_often_and_whatever_it_comes_in(string name)
    {
        using var log = new LogFolder();
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, name);
        await File.WriteAllBytesAsync(path, Packed(name));

        var first = await CliRun.OfAsync("import", path, "--log", log.Path, "--json");
        var again = await CliRun.OfAsync("import", path, "--log", log.Path);

        first.Error.ShouldBeEmpty();
        first.Out.ShouldContain("\"read\":2,\"imported\":2,\"duplicate\":0,\"rejected_count\":0");
        again.ExitCode.ShouldBe(0);
        again.Out.ShouldContain("there before");
        File.ReadAllLines(Path.Combine(log.Path, "metrics.jsonl")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Lines_that_are_rejected_are_named_and_end_with_5()
    {
        using var log = new LogFolder();
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, "log.jsonl");
        await File.WriteAllTextAsync(path, $"{Started}\nnonsense\n");

        var run = await CliRun.OfAsync("import", path, "--log", log.Path);

        run.ExitCode.ShouldBe(5);
        run.Out.ShouldContain("line 2: ");
    }

    [Fact]
    public async Task What_many_lines_have_in_common_is_said_once()
    {
        using var log = new LogFolder();
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, "log.jsonl");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("1\n", 30)) + "{\n");

        var run = await CliRun.OfAsync("import", path, "--format", "native", "--log", log.Path);

        run.Out.ShouldContain("line 1 and 29 others: the body must be a JSON object (invalid_json)\n");
        run.Out.ShouldContain("line 31: ");
        run.Out.ShouldNotContain("line 2: ");
    }

    [Fact]
    public async Task Files_before_one_that_cannot_be_read_are_in_and_shown()
    {
        using var log = new LogFolder();
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, "log.jsonl");
        await File.WriteAllTextAsync(path, Started);

        var run = await CliRun.OfAsync("import", path, files.Path, "--log", log.Path, "--json");

        run.Out.ShouldContain("\"imported\":1");
        (run.ExitCode, run.Error).ShouldBe((1, $"pipeline-metrics: {files.Path}: is a directory; name the files in it\n"));
    }

    [Fact]
    public async Task An_import_that_the_service_ends_shows_what_is_stored_and_why_it_ended()
    {
        await using var service = await CannedService.StartAsync();
        service.Instead["import"] = (507, "application/problem+json",
            """{"detail":"518 lines are stored.","code":"disk_full","read":1000,"imported":518,"duplicate":0,"rejected_count":482,"completions":86,"events":432,"rejected":[]}""");
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, "log.jsonl");
        await File.WriteAllTextAsync(path, Started);

        var run = await CliRun.OfAsync("import", path, "--url", service.Url, "--json");

        run.Out.ShouldContain("\"imported\":518");
        (run.ExitCode, run.Error).ShouldBe((5, "pipeline-metrics: 518 lines are stored.\n"));
    }

    [Fact]
    public async Task An_export_into_a_directory_that_is_not_there_names_the_file()
    {
        using var log = LogFolder.With(LogFolder.Completion("a"));

        var run = await CliRun.OfAsync("export", "-o", "/nowhere/all.jsonl", "--log", log.Path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("pipeline-metrics: /nowhere/all.jsonl: ");
    }

    [Fact]
    public async Task Sessions_that_are_not_where_they_should_be_are_no_success()
    {
        using var log = new LogFolder();

        var run = await CliRun.OfAsync("import", "--transcripts", "claude_code", "/nowhere", "--log", log.Path);

        run.ShouldBe(new CliRun(1, "", "pipeline-metrics: /nowhere: there is no such file or directory\n"));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using var log = LogFolder.With(LogFolder.Completion("a"));
        using var files = new LogFolder();
        var path = Path.Combine(files.Path, "log.jsonl");
        await File.WriteAllTextAsync(path, Started);

        var run = await CliRun.OfAsync("import", path, "--dry-run", "--log", log.Path);

        run.Out.ShouldContain("would be imported");
        (await CliRun.OfAsync("export", "--log", log.Path)).Out.ShouldNotContain("task:started");
    }

    [Fact]
    public async Task What_was_exported_makes_the_same_log_again()
    {
        using var first = new LogFolder();
        using var second = new LogFolder();
        using var files = new LogFolder();
        foreach (var task in (string[])["a", "b"])
            await CliRun.OfAsync("record", "--task", task, "--duration-seconds", "5", "--status", "completed", "--log", first.Path);
        var file = Path.Combine(files.Path, "all.jsonl");

        var export = await CliRun.OfAsync("export", "--output", file, "--log", first.Path);
        var import = await CliRun.OfAsync("import", file, "--log", second.Path);

        (export.ExitCode, export.Out, import.ExitCode).ShouldBe((0, "", 0));
        var figures = await CliRun.OfAsync("metrics", "--log", first.Path, "--json");
        (await CliRun.OfAsync("metrics", "--log", second.Path, "--json")).Out.ShouldBe(figures.Out);
        Directory.GetFiles(files.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_history_of_a_repository_is_imported_once()
    {
        using var log = new LogFolder();
        using var repository = new LogFolder();
        if (!TryGit(repository.Path, "init", "-q")) return;
        var folder = Directory.CreateDirectory(Path.Combine(repository.Path, "docs/tasks/todo/CHAIN-001-x"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "001-y.md"), "do it");
        TryGit(repository.Path, "add", ".").ShouldBeTrue();
        TryGit(repository.Path, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a task").ShouldBeTrue();

        var first = await CliRun.OfAsync("import", "--from-git", repository.Path, "--log", log.Path, "--json");
        var again = await CliRun.OfAsync("import", "--from-git", repository.Path, "--log", log.Path, "--json");

        first.Out.ShouldContain("\"imported\":1");
        again.Out.ShouldContain("\"imported\":0,\"duplicate\":1");
        (await CliRun.OfAsync("export", "--log", log.Path)).Out.ShouldContain("git-import");
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_is_an_error_in_the_words_of_git()
    {
        using var folder = new LogFolder();

        var run = await CliRun.OfAsync("import", "--from-git", folder.Path, "--log", folder.Path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("pipeline-metrics: git: ");
    }

    [Fact]
    public async Task Nothing_to_import_ends_with_2() => (await CliRun.OfAsync("import")).ExitCode.ShouldBe(2);

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        using var log = new LogFolder();

        var run = await CliRun.OfAsync("import", "/nowhere/log.jsonl", "--log", log.Path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("/nowhere/log.jsonl");
    }

    private static byte[] Packed(string name)
    {
        var text = name == "log.json" ? $"\n [{Started},\n{Completed}]" : $"{Started}\n{Completed}\n";
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static bool TryGit(string folder, params string[] args)
    {
        using var git = Process.Start(new ProcessStartInfo("git", args) { WorkingDirectory = folder })!;
        git.WaitForExit();
        return git.ExitCode == 0;
    }
}
