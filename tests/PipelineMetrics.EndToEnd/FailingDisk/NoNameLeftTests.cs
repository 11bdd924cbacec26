using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The disk has room, but not for one more file: no inode is left.</summary>
public sealed class NoNameLeftTests
{
    private const int Names = 40;
    private const int Padding = 8000;

    /// <summary>With these a file of the smallest size is full.</summary>
    private const int Posts = 12;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(5);

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_full_file_is_written_on_and_sealed_once_another_can_be_made()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk(megabytes: 8, files: Names);
        var sender = new Sender();
        await using var service = await ServiceProcess.StartAsync(On(folder, disk));
        await using var reader = new SteadyReader(service.Http);
        disk.TakeAllNames();
        await sender.PostAllAsync(service.Http, Posts, Padding);

        await Eventually.HoldsAsync("it says what is put off", SettlesWithin,
            async () => (await service.Http.ReadinessAsync()).Body.Contains("put off", StringComparison.Ordinal));
        Recount.Of(disk.Log).SealedFiles.ShouldBe(0);
        disk.FreeNames();
        await Eventually.HoldsAsync("the file is sealed and listed", SettlesWithin, async () =>
            Recount.Of(disk.Log).SealedFiles == 1 && (await service.Http.ReadinessAsync()).Text("status") == "ready");
        await sender.PostAllAsync(service.Http, 1);
        await reader.ShouldHaveBeenAnsweredAsync();
        Recount.Of(disk.Log).ShouldHonour(sender);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_start_on_a_log_that_is_there_needs_no_new_name()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk(megabytes: 8, files: Names);
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(On(folder, disk)))
        {
            await sender.PostAllAsync(service.Http, Posts);
            (await service.StopAsync()).ShouldBe(0);
        }

        disk.TakeAllNames();
        await using var next = await ServiceProcess.StartAsync(On(folder, disk));
        await sender.PostAllAsync(next.Http, Posts);
        Recount.Of(disk.Log).ShouldHonour(sender);
        (await next.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_first_start_that_can_make_no_file_ends_and_says_why()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk(megabytes: 8, files: Names);
        Directory.CreateDirectory(disk.Log);
        disk.TakeAllNames();
        await using var service = ServiceProcess.Launch(On(folder, disk));

        (await service.WaitForExitAsync()).ShouldBe(1);
        service.Errors.ShouldContain("No space left on device");
    }

    private static ServiceStart On(TestFolder folder, SmallDisk disk) => new ServiceStart(folder) { LogDirectory = disk.Log }.WithSmallFiles();
}
