using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>A full disk takes half a line and then does not let go of it: two faults at once.</summary>
public sealed class TornByFullDiskTests
{
    private const int MostPosts = 100;

    [FactNeeding(Tool.Strace, Tool.Tmpfs)]
    public async Task Half_a_line_that_cannot_be_cut_stops_the_log_and_is_set_aside_by_the_next_start()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        var healthy = new ServiceStart(folder) { LogDirectory = disk.Log };
        var path = Path.Combine(disk.Log, "metrics.jsonl");
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(
            healthy with { Under = Injection.Words("/dev/null", path, new Injection("ftruncate", "error=EIO")) }))
        {
            await sender.PostAllAsync(service.Http, 1);
            disk.Fill();
            (await sender.PostUntilRefusedAsync(service.Http, MostPosts)).ShouldSayStopped();
            (await sender.PostAsync(service.Http)).ShouldSayStopped();
            (await service.Http.MetricsAsync()).Status.ShouldBe(HttpStatusCode.OK);
        }
        Should.Throw<InvalidDataException>(() => Recount.Of(disk.Log));

        disk.Free();
        await using var next = await ServiceProcess.StartAsync(healthy);
        Directory.GetFiles(Path.Combine(disk.Log, "torn")).ShouldHaveSingleItem();
        await sender.PostAllAsync(next.Http, 1);
        Recount.Of(disk.Log).ShouldHonour(sender);
        (await next.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
    }
}
