using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The disk refuses to sync: from the n-th time on that a thread tries, fdatasync answers with an I/O error.</summary>
public sealed class FailedSyncTests
{
    private const int MostPosts = 50;

    /// <summary>The start of an empty log needs fewer syncs than this, a run of posts more.</summary>
    private const int UnderWay = 6;

    private const int AtStart = 1;
    private static readonly TimeSpan TurnsRedWithin = TimeSpan.FromSeconds(5);

    [FactNeeding(Tool.Strace)]
    public async Task A_failed_sync_stops_writing_and_the_next_start_goes_on_with_all_that_was_acknowledged()
    {
        using var folder = new TestFolder();
        List<string> acked;
        await using (var service = await ServiceProcess.StartAsync(Failing(folder, UnderWay)))
        {
            acked = await PostUntilRefusedAsync(service.Http);
            await ShouldBeStoppedAsync(service.Http, acked.Count);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        foreach (var id in acked) (await next.Http.FindAsync(id)).Status.ShouldBe(HttpStatusCode.OK);
        (await next.Http.RecordAsync("after")).Status.ShouldBe(HttpStatusCode.Created);
        Recount.Of(folder.Log).ShouldBeGapless();
        Recount.Of(folder.Log).Attempts.ShouldBe(await next.Http.TotalAsync());
    }

    [FactNeeding(Tool.Strace)]
    public async Task The_record_whose_sync_failed_is_settled_by_sending_it_again()
    {
        using var folder = new TestFolder();
        List<string> acked;
        await using (var service = await ServiceProcess.StartAsync(Failing(folder, UnderWay)))
            acked = await PostUntilRefusedAsync(service.Http);

        await using var next = await ServiceProcess.StartAsync(folder);
        var again = await next.Http.RecordAsync(Id(acked.Count));
        again.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        Recount.Of(folder.Log).Completions.Select(line => line.Id).ShouldBe([.. acked, Id(acked.Count)]);
    }

    [FactNeeding(Tool.Strace)]
    public async Task A_service_that_cannot_sync_from_its_start_on_takes_nothing_and_still_answers()
    {
        using var folder = new TestFolder();
        await using (var service = await ServiceProcess.StartAsync(folder))
            (await service.Http.RecordAsync(Id(0))).Status.ShouldBe(HttpStatusCode.Created);
        await using (var service = await ServiceProcess.StartUnwellAsync(Failing(folder, AtStart)))
        {
            ShouldBeRefused(await service.Http.RecordAsync(Id(1)));
            await ShouldBeStoppedAsync(service.Http, acked: 1);
        }

        await using var next = await ServiceProcess.StartAsync(folder);
        (await next.Http.FindAsync(Id(0))).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static ServiceStart Failing(TestFolder folder, int from) => new(folder)
    {
        Under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", $"inject=fdatasync:error=EIO:when={from}+"],
    };

    private static async Task<List<string>> PostUntilRefusedAsync(HttpClient http)
    {
        var acked = new List<string>();
        while (acked.Count < MostPosts)
        {
            var answer = await http.RecordAsync(Id(acked.Count));
            if (answer.Status != HttpStatusCode.Created)
            {
                ShouldBeRefused(answer);
                acked.ShouldNotBeEmpty();
                return acked;
            }
            acked.Add(Id(acked.Count));
        }
        throw new InvalidOperationException("The sync never failed.");
    }

    private static async Task ShouldBeStoppedAsync(HttpClient http, int acked)
    {
        ShouldBeRefused(await http.RecordAsync("later"));
        ShouldBeRefused(await http.RecordAsync("much-later"));
        (await http.MetricsAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await http.TotalAsync()).ShouldBe(acked);
        await Eventually.HoldsAsync("readiness is 503", TurnsRedWithin,
            async () => (await http.ReadinessAsync()).Status == HttpStatusCode.ServiceUnavailable);
    }

    private static void ShouldBeRefused(Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Code.ShouldBe("log_stopped");
        answer.MediaType.ShouldBe("application/problem+json");
        answer.RetryAfter.ShouldNotBeNull();
    }

    private static string Id(int number) => $"run-{number}";
}
