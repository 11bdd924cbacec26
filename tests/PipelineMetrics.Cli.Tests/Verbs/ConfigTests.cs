using System.Text.RegularExpressions;

namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class ConfigTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "pipeline-metrics.yaml");

    [Fact]
    public async Task A_file_to_begin_with_is_fine_and_is_not_written_over()
    {
        (await CliRun.OfAsync("config", "init", File)).ExitCode.ShouldBe(0);

        (await CliRun.OfAsync("config", "check", File)).ShouldBe(new CliRun(0, $"{File} is fine\n", ""));
        (await CliRun.OfAsync("config", "init", File)).ShouldBe(new CliRun(1, "", $"pipeline-metrics: {File} is there already; --force replaces it\n"));
        (await CliRun.OfAsync("config", "init", File, "--force")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Every_setting_it_shows_is_one_and_none_is_left_out()
    {
        await CliRun.OfAsync("config", "init", File);
        var shown = (await System.IO.File.ReadAllTextAsync(File)).Replace("#: ", "", StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(File, shown);

        (await CliRun.OfAsync("config", "check", File)).Out.ShouldBe($"{File} is fine\n");
        foreach (var key in DocumentedKeys()) shown.ShouldMatch($@"(?m)^\s*{key}:");
    }

    [Fact]
    public async Task The_examples_of_the_documentation_can_be_read_and_hold_settings_only()
    {
        var examples = Regex.Matches(Page(), "```yaml\n(.*?)```", RegexOptions.Singleline);
        examples.Count.ShouldBeGreaterThan(2);
        foreach (Match example in examples)
        {
            await System.IO.File.WriteAllTextAsync(File, example.Groups[1].Value);

            var said = (await CliRun.OfAsync("config", "check", File)).Out;

            said.ShouldNotContain("must be YAML", customMessage: example.Value);
            said.ShouldNotContain("warning: unknown", customMessage: example.Value);
        }
    }

    [Fact]
    public async Task A_slip_is_a_warning_and_a_wrong_value_an_error()
    {
        await System.IO.File.WriteAllTextAsync(File, "retry: { max_atempts: 3 }\n");
        var slip = await CliRun.OfAsync("config", "check", File);
        await System.IO.File.WriteAllTextAsync(File, "retry: { max_attempts: 0 }\n");
        var wrong = await CliRun.OfAsync("config", "check", File, "--json");

        slip.ExitCode.ShouldBe(0);
        slip.Out.ShouldContain("warning: unknown key 'retry.max_atempts'; did you mean 'retry.max_attempts'?");
        wrong.ExitCode.ShouldBe(1);
        wrong.Out.ShouldContain("retry.max_attempts must be between 1 and 100");
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _pipeline_metrics pipeline-metrics")]
    [InlineData("zsh", "compdef _pipeline_metrics pipeline-metrics")]
    [InlineData("fish", "complete -c pipeline-metrics")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_has_its_completion(string shell, string line) =>
        (await CliRun.OfAsync("completion", shell)).Out.ShouldContain(line);

    [Fact]
    public async Task The_program_tells_a_shell_what_may_follow() =>
        (await CliRun.OfAsync("[suggest:22]", "pipeline-metrics comp")).Out.Split('\n').ShouldContain("compact");

    public void Dispose() => _folder.Dispose();

    /// <summary>The last word of every key of docs/configuration.md but those of free names.</summary>
    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "PipelineMetrics.sln"))) folder = folder.Parent!;
        return System.IO.File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md"));
    }

    private static IEnumerable<string> DocumentedKeys() =>
        Page().Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains('.', StringComparison.Ordinal) && line.Count(c => c == '|') == 5)
            .Select(line => line.Split('`')[1]).Where(key => !key.Contains('<', StringComparison.Ordinal)).Select(key => key.Split('.')[^1]);
}
