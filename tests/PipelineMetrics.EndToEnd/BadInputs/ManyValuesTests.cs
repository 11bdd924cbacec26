using System.Net;
using System.Text;
using System.Text.Json;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>A new name in every record (J1): the answers stay short, and their sums exact.</summary>
public sealed class ManyValuesTests(ITestOutputHelper output)
{
    private const string Other = "(other)";
    private const int MostShown = 1000;
    private const int LinesPerBatch = 10_000;
    private const int Popular = 10;
    private const int TimesPopular = 20;
    private static readonly int Records = ProofSize.Cases(20_000, 1_000_000);
    internal static readonly string[] Dimensions =
    [
        "task_type", "prompt_variant", "harness", "provider", "chain_id", "request_id", "runner", "role", "executor", "language", "complexity",
        "repo_size_category", "skill_version",
    ];

    // J1.1
    [Fact]
    public async Task More_models_than_are_shown_are_summed_under_one_name_and_none_is_lost()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await SendAsync(service, Records, n => $$"""{"task_id":"t","model":"rare-{{n}}","duration_seconds":1,"status":"{{Status(n)}}"}""");
        await SendAsync(service, Popular * TimesPopular,
            n => $$"""{"task_id":"t","model":"popular-{{n % Popular}}","duration_seconds":2,"status":"completed"}""");

        var figures = (await service.Http.AskAsync(HttpMethod.Get, Since)).Json;
        var total = Records + (Popular * TimesPopular);
        Number(figures, "success_rate", "total").ShouldBe(total);
        Number(figures, "success_rate", "failed").ShouldBe(Records / 4);
        var models = figures.GetProperty("by_model");
        Counts(models).Sum().ShouldBe(total);
        Counts(models).Count().ShouldBe(MostShown + 1);
        for (var n = 0; n < Popular; n++) Number(models, $"popular-{n}", "count").ShouldBe(TimesPopular, "the most frequent are shown by name");
        Number(models, Other, "count").ShouldBe(Records + Popular - MostShown);
        Tell(service, await PeakMemory.OfAsync(service.Id));
    }

    // J1.2
    [Fact]
    public async Task A_new_set_of_names_in_every_record_leaves_every_sum_exact()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await SendAsync(service, Records, NewNames);

        foreach (var dimension in Dimensions)
        {
            var figures = (await service.Http.AskAsync(HttpMethod.Get, $"{Since}&group_by={dimension}")).Json;
            Number(figures, "success_rate", "total").ShouldBe(Records);
            var groups = figures.GetProperty($"by_{dimension}");
            Counts(groups).Sum().ShouldBe(Records, dimension);
            Number(groups, Other, "count").ShouldBe(Records - MostShown, dimension);
        }
        Tell(service, await PeakMemory.OfAsync(service.Id));
    }

    private const string Since = ServiceCalls.Metrics + "?since=2020-01-01T00:00:00Z";

    /// <summary>A record with a new value in every dimension.</summary>
    internal static string NewNames(int n) =>
        $$"""{"task_id":"t-{{n}}",{{string.Join(',', Dimensions.Select(d => $"\"{d}\":\"{d}-{n}\""))}},"duration_seconds":1,"status":"completed"}""";

    private static string Status(int n) => n % 4 == 0 ? "failed" : "completed";

    internal static async Task SendAsync(ServiceProcess service, int count, Func<int, string> line)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(LinesPerBatch))
        {
            var lines = new StringBuilder();
            foreach (var n in numbers) lines.Append(line(n)).Append('\n');
            var answer = await service.Http.AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", lines.ToString(), "application/x-ndjson");
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        }
    }

    private static long Number(JsonElement from, string group, string member) => from.GetProperty(group).GetProperty(member).GetInt64();

    private static IEnumerable<long> Counts(JsonElement groups) =>
        groups.EnumerateObject().Select(group => group.Value.GetProperty("count").GetInt64());

    private void Tell(ServiceProcess service, long peak) => output.WriteLine($"{Records} records, process {service.Id}: {peak >> 20} MiB at the peak");
}
