using System.Net;
using System.Text.RegularExpressions;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The first minutes of somebody who follows the README, with the very words that stand there.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_first_steps_of_the_readme_work_as_written()
    {
        var readme = await File.ReadAllTextAsync(FindReadme());
        var record = RecordOfCurl().Match(readme).Groups["body"].Value;
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(new ServiceStart(folder) { LogDirectory = null });

        (await RecordAsync(service, record)).Status.ShouldBe(HttpStatusCode.Created);
        (await service.Http.TotalAsync()).ShouldBe(1);
        Recount.Of(folder.Log).Completions.Single().Id.ShouldBe("run-1");
        var again = await RecordAsync(service, record);
        again.Status.ShouldBe(HttpStatusCode.OK);
        again.Json.GetProperty("duplicate").GetBoolean().ShouldBeTrue();
        (await service.Http.TotalAsync()).ShouldBe(1);
    }

    private static Task<Answer> RecordAsync(ServiceProcess service, string record) =>
        service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, record, "application/json");

    private static string FindReadme()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PipelineMetrics.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "README.md");
    }

    [GeneratedRegex("/api/agent/tasks/completions .*\\n? *-d '(?<body>\\{[^']*\\})'")]
    private static partial Regex RecordOfCurl();
}
