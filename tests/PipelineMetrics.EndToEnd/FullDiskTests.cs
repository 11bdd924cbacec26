using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The disk of the log has no byte left, and then has some again.</summary>
public sealed class FullDiskTests
{
    /// <summary>The last block of the file has room for a few lines even when the disk has none.</summary>
    private const int MostPosts = 100;
    private static readonly TimeSpan ResumesWithin = TimeSpan.FromSeconds(5);

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_full_disk_refuses_what_it_cannot_keep_and_reads_go_on()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        disk.Fill();
        var acked = await PostUntilRefusedAsync(service.Http, "full");

        (await service.Http.TotalAsync()).ShouldBe(acked.Count);
        foreach (var id in acked) (await service.Http.FindAsync(id)).Status.ShouldBe(HttpStatusCode.OK);
        var log = Recount.Of(LogOn(disk));
        log.ShouldBeGapless();
        log.Completions.Select(line => line.Id).ShouldBe(acked);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task Writing_goes_on_by_itself_once_there_is_room()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        disk.Fill();
        var acked = await PostUntilRefusedAsync(service.Http, "full");
        disk.Free();

        await Eventually.HoldsAsync("a record is taken", ResumesWithin,
            async () => (await service.Http.RecordAsync("after")).Status == HttpStatusCode.Created);
        (await service.Http.FindAsync(Refused("full", acked.Count))).Status.ShouldBe(HttpStatusCode.NotFound);
        await Eventually.HoldsAsync("the service is ready", ResumesWithin,
            async () => (await service.Http.ReadinessAsync()).Status == HttpStatusCode.OK);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task What_was_refused_never_appears_not_even_after_a_kill()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        List<string> acked;
        await using (var service = await StartAsync(folder, disk))
        {
            disk.Fill();
            acked = await PostUntilRefusedAsync(service.Http, "full");
            service.Kill();
            await service.WaitForExitAsync();
        }

        disk.Free();
        await using var next = await StartAsync(folder, disk);
        Recount.Of(LogOn(disk)).Completions.Select(line => line.Id).ShouldBe(acked);
        (await next.Http.TotalAsync()).ShouldBe(acked.Count);
        (await next.Http.RecordAsync(Refused("full", acked.Count))).Status.ShouldBe(HttpStatusCode.Created);
    }

    private static string LogOn(SmallDisk disk) => Path.Combine(disk.FullPath, "log");

    private static string Refused(string name, int number) => $"{name}-{number}";

    private static Task<ServiceProcess> StartAsync(TestFolder folder, SmallDisk disk) =>
        ServiceProcess.StartAsync(new ServiceStart(folder) { LogDirectory = LogOn(disk) });

    private static async Task<List<string>> PostUntilRefusedAsync(HttpClient http, string name)
    {
        var acked = new List<string>();
        while (acked.Count < MostPosts)
        {
            var id = Refused(name, acked.Count);
            var answer = await http.RecordAsync(id);
            if (answer.Status != HttpStatusCode.Created)
            {
                ShouldSayFull(answer);
                ShouldSayFull(await http.RecordAsync(id));
                return acked;
            }
            acked.Add(id);
        }
        throw new InvalidOperationException("The disk was never full.");
    }

    private static void ShouldSayFull(Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.InsufficientStorage);
        answer.MediaType.ShouldBe("application/problem+json");
        answer.Code.ShouldBe("disk_full");
        answer.RetryAfter.ShouldNotBeNull();
    }
}
