using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The disk is full but for a number of bytes: between two lines, in the middle of one, at the end of a block, beside it.</summary>
public sealed class FillLevelTests(ITestOutputHelper output)
{
    private const int Block = SmallDisk.BlockBytes;
    private const int MostFree = 2 * Block;
    private const int StepOfLarge = 64;
    private static readonly int[] LevelsOfCi = [0, 1, 100, Block - 1, Block, Block + 1, 5000, MostFree];

    /// <summary>More than the shortest lines that fit into the most room.</summary>
    private const int MostPosts = 100;

    private static readonly TimeSpan ResumesWithin = TimeSpan.FromSeconds(5);

    [FactNeeding(Tool.Tmpfs)]
    public async Task In_memory_every_free_byte_is_used_and_no_line_is_kept_in_part()
    {
        using var disk = new SmallDisk(megabytes: 8);
        await SweepAsync(disk, roomIsExact: true);
    }

    [FactNeeding(Tool.Ext4)]
    public async Task On_a_real_file_system_no_line_is_kept_in_part()
    {
        using var disk = SmallDisk.Ext4();
        // It keeps blocks for its own books, so there may be a few more or less than were given back.
        await SweepAsync(disk, roomIsExact: false);
    }

    private static IEnumerable<int> Levels =>
        ProofSize.IsLarge ? Enumerable.Range(0, (MostFree / StepOfLarge) + 1).Select(step => step * StepOfLarge) : LevelsOfCi;

    /// <summary>One life through all levels, then a kill and a start that must find what was acknowledged and nothing else.</summary>
    private async Task SweepAsync(SmallDisk disk, bool roomIsExact)
    {
        using var folder = new TestFolder();
        var sender = new Sender();
        await using (var service = await ServiceProcess.StartAsync(new ServiceStart(folder) { LogDirectory = disk.Log }))
        {
            await using var reader = new SteadyReader(service.Http);
            foreach (var level in Levels) await FillAndFreeAsync(service.Http, disk, sender, level, roomIsExact);
            await reader.ShouldHaveBeenAnsweredAsync();
            output.WriteLine($"{sender.Acked.Count} acknowledged, {sender.Refused.Count} refused, {reader.Answered} reads beside them");
            service.Kill();
            await service.WaitForExitAsync();
        }

        await using var next = await ServiceProcess.StartAsync(new ServiceStart(folder) { LogDirectory = disk.Log });
        Recount.Of(disk.Log).ShouldHonour(sender);
        (await next.Http.TotalAsync()).ShouldBe(sender.Acked.Count);
        Directory.Exists(Path.Combine(disk.Log, "torn")).ShouldBeFalse("part of a line was left");
    }

    private static async Task FillAndFreeAsync(HttpClient http, SmallDisk disk, Sender sender, int free, bool roomIsExact)
    {
        var line = await LeaveInBlockAsync(http, disk, sender, free % Block);
        disk.Fill(blocksLeft: free / Block);
        var before = LengthOf(disk);
        (await sender.PostUntilRefusedAsync(http, MostPosts)).ShouldSayFull();
        (await sender.PostAsync(http)).ShouldSayFull();
        Recount.Of(disk.Log).ShouldHonour(sender);
        var rest = free - (LengthOf(disk) - before);
        if (roomIsExact) rest.ShouldBeInRange(0, line, "there was room for one more");

        disk.Free();
        await Eventually.HoldsAsync("records are taken again", ResumesWithin,
            async () => (await sender.PostAsync(http)).Status == HttpStatusCode.Created);
    }

    /// <summary>Writes until the last block of the file has exactly so many bytes left.</summary>
    /// <returns>How long a line without padding is.</returns>
    private static async Task<int> LeaveInBlockAsync(HttpClient http, SmallDisk disk, Sender sender, int wanted)
    {
        while (true)
        {
            var before = LengthOf(disk);
            await sender.PostAllAsync(http, 1);
            var line = (int)(LengthOf(disk) - before);
            // A number with one digit more makes the line a byte longer than the last: then it is tried again.
            await sender.PostAllAsync(http, 1, padding: (int)((LeftInBlock(disk) - wanted - line) % Block + Block) % Block);
            if (LeftInBlock(disk) == wanted) return line;
        }
    }

    private static long LeftInBlock(SmallDisk disk) => (Block - (LengthOf(disk) % Block)) % Block;

    private static long LengthOf(SmallDisk disk) => new FileInfo(Path.Combine(disk.Log, "metrics.jsonl")).Length;
}
