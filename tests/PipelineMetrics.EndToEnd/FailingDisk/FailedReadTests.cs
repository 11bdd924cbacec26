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
}
