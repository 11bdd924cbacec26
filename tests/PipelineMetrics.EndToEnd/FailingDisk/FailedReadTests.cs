using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The disk takes what is written and does not give it back.</summary>
public sealed class FailedReadTests
{
    [FactNeeding(Tool.Strace)]
    public async Task A_line_that_cannot_be_read_is_no_reason_to_stop_counting_and_storing()
    {
        using var folder = new TestFolder();
        var unreadable = Injection.Words("/dev/null", folder.Completions, new Injection("pread64", "error=EIO"));
        await using (var service = await ServiceProcess.StartAsync(new ServiceStart(folder) { Under = unreadable }))
        {
            (await service.Http.RecordAsync("first")).Status.ShouldBe(HttpStatusCode.Created);
            (await service.Http.FindAsync("first")).Code.ShouldBe("unavailable");
            // Whether it is the same record cannot be known, so it is neither a duplicate nor a conflict.
            (await service.Http.RecordAsync("first")).ShouldSayFailed();
            (await service.Http.RecordAsync("second")).Status.ShouldBe(HttpStatusCode.Created);
            (await service.Http.TotalAsync()).ShouldBe(2);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        (await next.Http.RecordAsync("first")).Status.ShouldBe(HttpStatusCode.OK);
        Recount.Of(folder.Log).Completions.Select(line => line.Id).ShouldBe(["first", "second"]);
    }

    [FactNeeding(Tool.Strace)]
    public async Task An_export_that_the_disk_breaks_off_does_not_look_like_a_whole_one()
    {
        using var folder = new TestFolder();
        var unreadable = Injection.Words("/dev/null", folder.Completions, new Injection("pread64", "error=EIO:when=5+"));
        await using var service = await ServiceProcess.StartAsync(new ServiceStart(folder) { Under = unreadable });
        var lines = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $$"""{"task_id":"t{{i}}","duration_seconds":1,"status":"completed"}"""));
        (await service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Completions + "/batch", lines, "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.OK);

        using var export = await service.Http.GetAsync("/api/agent/export", HttpCompletionOption.ResponseHeadersRead);
        export.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => export.Content.ReadAsByteArrayAsync());
        (await service.Http.TotalAsync()).ShouldBe(20_000);
    }
}
