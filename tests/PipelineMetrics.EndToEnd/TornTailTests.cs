using System.Net;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The last line was only half written when the machine went down.</summary>
public sealed class TornTailTests
{
    private const string Half = """{"task_id":"torn","task_type":"impl","dur""";

    [Fact]
    public async Task A_torn_last_line_is_set_aside_reported_and_followed_by_whole_ones()
    {
        using var folder = new TestFolder();
        await LeaveTornTailAsync(folder);
        await using var service = await ServiceProcess.StartAsync(folder);

        Directory.GetFiles(folder.Torn).Select(File.ReadAllText).ShouldBe([Half]);
        (await service.Http.TotalAsync()).ShouldBe(2);
        (await service.Http.RecordAsync("third")).Status.ShouldBe(HttpStatusCode.Created);
        Recount.Of(folder.Log).ShouldBeGapless();
        Recount.Of(folder.Log).Completions.Select(line => line.Id).ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task A_service_that_set_a_tail_aside_serves_and_says_that_it_is_degraded()
    {
        using var folder = new TestFolder();
        await LeaveTornTailAsync(folder);
        await using var service = await ServiceProcess.StartAsync(folder);

        var readiness = await service.Http.ReadinessAsync();
        readiness.Status.ShouldBe(HttpStatusCode.OK);
        readiness.Text("status").ShouldBe("degraded");
        readiness.Body.ShouldContain("metrics.jsonl");
    }

    private static async Task LeaveTornTailAsync(TestFolder folder)
    {
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("first");
        await service.Http.RecordAsync("second");
        service.Kill();
        await service.WaitForExitAsync();
        await File.AppendAllTextAsync(folder.Completions, Half);
    }
}
