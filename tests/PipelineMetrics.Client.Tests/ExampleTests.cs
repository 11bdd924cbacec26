using System.Diagnostics;
using System.Text.RegularExpressions;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.Client.Tests;

/// <summary>The examples of docs/clients.md, run as they stand there.</summary>
public sealed class ExampleTests
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(1);

    [ExampleTheory]
    [InlineData("bash")]
    [InlineData("python")]
    [InlineData("typescript")]
    public async Task An_example_records_its_task(string language)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await RunAsync(language, folder, service.Http.BaseAddress!.ToString().TrimEnd('/'));
        Recount.Of(folder.Log).Completions.ShouldHaveSingleItem().TaskId.ShouldBe($"from-{language}");
    }

    [ExampleTheory]
    [InlineData("bash")]
    [InlineData("python")]
    [InlineData("typescript")]
    public async Task An_example_tries_again_with_the_same_id(string language)
    {
        var asked = 0;
        await using var busyAtFirst = new WebhookReceiver(_ => WebhookReceiver.Answer(Interlocked.Increment(ref asked) == 1 ? 503 : 201));
        using var folder = new TestFolder();
        await RunAsync(language, folder, $"http://127.0.0.1:{busyAtFirst.Port}");
        busyAtFirst.Received.Count.ShouldBe(2);
        var ids = busyAtFirst.Received.Select(request => request.Json.GetProperty("id").GetString()).Distinct();
        Guid.TryParse(ids.ShouldHaveSingleItem(), out _).ShouldBeTrue();
    }

    private static async Task RunAsync(string language, TestFolder folder, string address)
    {
        var (program, file, text) = language switch
        {
            "bash" => ("bash", "example.sh", Docs.Example(language)),
            "python" => ("python3", "example.py", Docs.Example(language)),
            _ => ("node", "example.mjs", WithoutTypes(Docs.Example(language))),
        };
        var path = Path.Combine(folder.FullPath, file);
        await File.WriteAllTextAsync(path, text);
        var start = new ProcessStartInfo(program, [path]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PIPELINE_METRICS_URL"] = address;
        using var process = Process.Start(start)!;
        var (errors, said) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(EndsWithin);
        process.ExitCode.ShouldBe(0, await errors);
        (await said).ShouldNotContain("refused");
        (await errors).ShouldNotContain("not recorded");
    }

    /// <summary>Node before 22.18 runs no TypeScript. The example declares one type, and annotates with names of types only.</summary>
    private static string WithoutTypes(string typescript) => Regex.Replace(
        Regex.Replace(typescript, "^type .*\n", "", RegexOptions.Multiline), @"(?<=[\w)]): (Completion|string|void|Promise<\w+>)(?= =|[,)]| \{)", "");
}

/// <summary>What a reader copies from the documentation.</summary>
internal static class Docs
{
    public static string Root { get; } = FindRoot();

    public static string Example(string language, string page = "docs/clients.md")
    {
        var text = File.ReadAllText(Path.Combine(Root, page));
        return Regex.Match(text, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PipelineMetrics.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}

/// <summary>Needs bash, curl, python3 and node; continuous integration installs them, so there a missing one fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExampleTheoryAttribute : TheoryAttribute
{
    public ExampleTheoryAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = new[] { "bash", "curl", "python3", "node" }.Where(tool => !folders.Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        if (missing.Count > 0 && Environment.GetEnvironmentVariable("CI") != "true") Skip = $"not installed: {string.Join(", ", missing)}";
    }
}
