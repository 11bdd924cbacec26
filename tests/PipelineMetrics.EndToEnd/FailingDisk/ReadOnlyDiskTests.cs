using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The file system may only be read: an administrator did it before the start, or the kernel did it by itself under way.</summary>
public sealed class ReadOnlyDiskTests
{
    private const int Padding = 8000;
    private const int MostPosts = 20;

    /// <summary>With one post the file is small, with seven the next post fills it.</summary>
    [TheoryNeeding(Tool.Ext4)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_disk_that_becomes_read_only_under_way_stops_writing_and_not_reading(int posts)
    {
        using var folder = new TestFolder();
        using var disk = SmallDisk.Ext4();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(On(folder, disk)))
        {
            await using var reader = new SteadyReader(service.Http);
            await sender.PostAllAsync(service.Http, posts, Padding);
            disk.Abort();
            (await sender.PostUntilRefusedAsync(service.Http, MostPosts, Padding)).ShouldSayStopped();
            (await sender.PostAsync(service.Http)).ShouldSayStopped();
            await service.Http.TurnsRedAsync();
            (await service.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
            await reader.ShouldHaveBeenAnsweredAsync();
        }

        disk.Repair();
        await using var next = await ServiceProcess.StartAsync(On(folder, disk));
        await sender.PostAllAsync(next.Http, 1);
        Recount.Of(disk.Log).ShouldHonour(sender);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_start_on_a_read_only_disk_ends_and_says_why()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(On(folder, disk)))
        {
            await sender.PostAllAsync(service.Http, 1);
            (await service.StopAsync()).ShouldBe(0);
        }
        disk.MakeReadOnly();
        await using (var service = ServiceProcess.Launch(On(folder, disk)))
        {
            (await service.WaitForExitAsync()).ShouldBe(1);
            service.Errors.ShouldContain("Read-only file system");
        }

        disk.MakeWritable();
        await using var next = await ServiceProcess.StartAsync(On(folder, disk));
        await sender.PostAllAsync(next.Http, 1);
        Recount.Of(disk.Log).ShouldHonour(sender);
    }

    private static ServiceStart On(TestFolder folder, SmallDisk disk) => new ServiceStart(folder) { LogDirectory = disk.Log }.WithSmallFiles();
}
