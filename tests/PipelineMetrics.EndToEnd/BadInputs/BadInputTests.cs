using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>
/// Every input of the corpus goes to one service, over a connection of its own: it is answered as the corpus says, and nothing else
/// comes of it.
/// </summary>
[TestCaseOrderer("PipelineMetrics.EndToEnd.BadInputs.RowsBeforeFacts", "PipelineMetrics.EndToEnd")]
public sealed class BadInputTests(BadInputService service, ITestOutputHelper output) : IClassFixture<BadInputService>
{
    /// <summary>Generous: the promise is 50 MB for an input, and a garbage collector may put off its work.</summary>
    private const long MostGrowthBytes = 200 << 20;

    public static TheoryData<string> Inputs => [.. Corpus.All.Select(input => input.Id)];

    [Theory, MemberData(nameof(Inputs))]
    public Task An_input_is_answered_as_the_corpus_says_and_leaves_nothing_else_behind(string id) =>
        service.JudgeAsync(Corpus.All.Single(input => input.Id == id));

    [Fact]
    public async Task After_all_inputs_the_log_is_whole_and_a_new_start_finds_nothing_wrong_with_it()
    {
        var log = Recount.Of(service.Log);
        log.ShouldBeGapless();
        (log.Completions.Count + log.Events.Count).ShouldBe(service.ExpectedLines);
        using var copy = new TestFolder();
        Directory.CreateDirectory(copy.Log);
        foreach (var file in Directory.GetFiles(service.Log, "*.json*")) File.Copy(file, Path.Combine(copy.Log, Path.GetFileName(file)));
        await using var again = await ServiceProcess.StartAsync(copy);

        (await again.Http.ReadinessAsync()).Body.ShouldBe((await service.Process.Http.ReadinessAsync()).Body);
        (await again.Http.AskAsync(HttpMethod.Get, Everything)).Body.ShouldBe((await service.Process.Http.AskAsync(HttpMethod.Get, Everything)).Body);
    }

    [Fact]
    public async Task After_all_inputs_the_service_has_not_held_much_more_memory_than_before()
    {
        var growth = await PeakMemory.OfAsync(service.Process.Id) - service.PeakBefore;
        output.WriteLine($"The peak grew by {growth >> 20} MiB, from {service.PeakBefore >> 20} MiB.");
        growth.ShouldBeLessThan(MostGrowthBytes);
    }

    [Fact]
    public void After_all_inputs_the_service_has_written_only_lines_of_its_own()
    {
        service.Process.Errors.ShouldBeEmpty();
        service.Process.Output.ShouldNotContain("\u001b");
        service.Process.Output.Split('\n').ShouldAllBe(line => !line.Contains("forged") || line.IndexOf("forged", StringComparison.Ordinal) > LineStart);
    }

    private const string Everything = ServiceCalls.Metrics + "?since=1970-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&detail=full";

    /// <summary>A line of the service begins with a time and a level; nobody else's word stands there.</summary>
    private const int LineStart = 30;
}
