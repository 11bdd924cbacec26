using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The disk is full, has room, is full again, while files are sealed.</summary>
public sealed class FillCycleTests(ITestOutputHelper output)
{
    /// <summary>A little more than the smallest file, so that one is full in about every cycle.</summary>
    private const int LeastBlocks = 16;
    private const int MostBlocks = 24;
    private const int LongestPadding = 8000;
    private const int MostPosts = MostBlocks * SmallDisk.BlockBytes / 100;
    private readonly int _seed = Random.Shared.Next();

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_disk_that_fills_again_and_again_costs_nothing_that_was_acknowledged()
    {
        output.WriteLine($"seed {_seed}");
        using var folder = new TestFolder();
        using var disk = new SmallDisk(megabytes: 16);
        var start = new ServiceStart(folder) { LogDirectory = disk.Log }.WithSmallFiles();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(start))
        {
            await using var reader = new SteadyReader(service.Http);
            var random = new Random(_seed);
            for (var cycle = ProofSize.Cases(ci: 3, large: 100); cycle > 0; cycle--) await FillAndFreeAsync(service.Http, disk, sender, random);
            await reader.ShouldHaveBeenAnsweredAsync();
        }

        await using var next = await ServiceProcess.StartAsync(start);
        var log = Recount.Of(disk.Log);
        log.ShouldHonour(sender);
        log.SealedFiles.ShouldBeGreaterThan(0);
        (await next.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
        output.WriteLine($"{sender.Acked.Count} acknowledged, {sender.Refused.Count} refused, {log.SealedFiles} sealed files");
    }

    private static async Task FillAndFreeAsync(HttpClient http, SmallDisk disk, Sender sender, Random random)
    {
        disk.Fill(blocksLeft: random.Next(LeastBlocks, MostBlocks));
        (await sender.PostUntilRefusedAsync(http, MostPosts, random.Next(LongestPadding))).ShouldSayFull();
        Recount.Of(disk.Log).ShouldHonour(sender);
        await http.TurnsRedAsync();
        disk.Free();
        await http.TurnsGreenAsync();
        await sender.PostAllAsync(http, 1);
    }
}
