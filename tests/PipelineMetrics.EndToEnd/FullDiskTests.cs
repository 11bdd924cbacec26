using System.Net;
using PipelineMetrics.EndToEnd.FailingDisk;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The disk of the log has no byte left, and then has some again.</summary>
public sealed class FullDiskTests
{
    /// <summary>
    /// The last block of the file has room for a few lines even when the disk has none; the line that crosses its end is the one of
    /// which the disk takes a part.
    /// </summary>
    private const int MostPosts = 100;

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_full_disk_refuses_what_it_cannot_keep_and_reads_go_on()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        var acked = await FillAsync(service.Http, disk);

        (await service.Http.TotalAsync()).ShouldBe(acked.Count);
        foreach (var id in acked) (await service.Http.FindAsync(id)).Status.ShouldBe(HttpStatusCode.OK);
        var log = Recount.Of(disk.Log);
        log.ShouldBeGapless();
        log.Completions.Select(line => line.Id).ShouldBe(acked);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task Writing_goes_on_by_itself_once_there_is_room()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        var acked = await FillAsync(service.Http, disk);
        await service.Http.TurnsRedAsync();
        disk.Free();

        await service.Http.TurnsGreenAsync();
        (await service.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
        (await service.Http.FindAsync(Id(acked.Count))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task What_was_refused_never_appears_not_even_after_a_kill()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        List<string> acked;
        await using (var service = await StartAsync(folder, disk))
        {
            acked = await FillAsync(service.Http, disk);
            service.Kill();
            await service.WaitForExitAsync();
        }

        disk.Free();
        await using var next = await StartAsync(folder, disk);
        Recount.Of(disk.Log).Completions.Select(line => line.Id).ShouldBe(acked);
        (await next.Http.TotalAsync()).ShouldBe(acked.Count);
        (await next.Http.RecordAsync(Id(acked.Count))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task A_batch_on_a_full_disk_says_that_nothing_of_it_is_stored()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        var acked = await FillAsync(service.Http, disk);
        var lines = Enumerable.Range(0, MostPosts).Select(number => new Attempt($"task-{number}", $"line-{number}", true, 1000).ToJson());
        var body = string.Join('\n', lines);

        var answer = await service.Http.AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", body, "application/x-ndjson");
        answer.ShouldSayFull();
        answer.Json.GetProperty("stored").GetInt64().ShouldBe(0);
        Recount.Of(disk.Log).Completions.Select(line => line.Id).ShouldBe(acked);
    }

    [FactNeeding(Tool.Tmpfs)]
    public async Task An_import_that_a_full_disk_ends_says_how_many_lines_of_it_are_stored()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk();
        await using var service = await StartAsync(folder, disk);
        disk.Fill(blocksLeft: 100);
        var lines = Enumerable.Range(0, 4000).Select(number =>
            $$"""{"id":"{{Id(number)}}","task_id":"t-{{number}}","duration_seconds":1,"status":"completed","created_at":"2026-01-31T10:00:00Z"}""");

        var answer = await service.Http.AskAsync(HttpMethod.Post, "/api/agent/import", string.Join('\n', lines), "application/x-ndjson");

        answer.ShouldSayFull();
        var stored = answer.Json.GetProperty("imported").GetInt64();
        stored.ShouldBeGreaterThan(0);
        Recount.Of(disk.Log).Completions.Count.ShouldBe((int)stored);
        answer.Json.GetProperty("detail").GetString().ShouldStartWith($"{stored} lines are stored. Of the others: The disk of the log has no room.");
    }

    /// <summary>The first record that is refused has the number after the last that was acknowledged.</summary>
    private static string Id(int number) => $"run-{number}";

    private static Task<ServiceProcess> StartAsync(TestFolder folder, SmallDisk disk) =>
        ServiceProcess.StartAsync(new ServiceStart(folder) { LogDirectory = disk.Log });

    /// <returns>The ids that were acknowledged, before and after the disk was full.</returns>
    private static async Task<List<string>> FillAsync(HttpClient http, SmallDisk disk)
    {
        (await http.RecordAsync(Id(0))).Status.ShouldBe(HttpStatusCode.Created);
        disk.Fill();
        var acked = new List<string> { Id(0) };
        Answer answer;
        while ((answer = await http.RecordAsync(Id(acked.Count))).Status == HttpStatusCode.Created)
        {
            acked.Add(Id(acked.Count));
            acked.Count.ShouldBeLessThan(MostPosts, "the disk was never full");
        }

        answer.ShouldSayFull();
        (await http.RecordAsync(Id(acked.Count))).ShouldSayFull();
        return acked;
    }
}
