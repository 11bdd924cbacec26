using System.Diagnostics;
using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>
/// The log is moved, removed, cut or replaced under the running service: it takes nothing more, says why, goes on answering, and the
/// next start works.
/// </summary>
public sealed class TakenAwayLogTests
{
    private const int RecordsBefore = 20;
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(10);
    private readonly int _runs = ProofSize.Cases(ci: 1, large: 10);

    public static TheoryData<TakingAway> Acts => new(Enum.GetValues<TakingAway>());

    [Theory, MemberData(nameof(Acts))]
    public async Task A_log_taken_away_from_an_idle_service_is_missed_at_the_next_record(TakingAway act)
    {
        for (var run = 0; run < _runs; run++)
        {
            using var folder = new TestFolder();
            await using (var service = await ServiceProcess.StartAsync(folder))
            {
                var crowd = new Crowd(service.Http);
                await crowd.PostAllAsync(RecordsBefore);
                new ForeignHand(folder).Take(act);

                (await crowd.PostAsync()).ShouldBeFalse("the record went into a file that nobody can find");
                await ShouldBeStoppedAsync(service, crowd, new ForeignHand(folder).Victim(act));
            }
            await ShouldTakeRecordsAsync(folder);
        }
    }

    [Theory, MemberData(nameof(Acts))]
    public async Task A_log_taken_away_under_load_is_missed_within_one_commit(TakingAway act)
    {
        for (var run = 0; run < _runs; run++)
        {
            using var folder = new TestFolder();
            var hand = new ForeignHand(folder);
            await using var service = await ServiceProcess.StartAsync(folder);
            var crowd = new Crowd(service.Http);
            var load = crowd.RunAsync();
            await Eventually.HoldsAsync("the load runs", SeenWithin, () => Task.FromResult(crowd.Acked.Count >= RecordsBefore));
            hand.Take(act);
            var taken = Stopwatch.GetTimestamp();
            await load.WaitAsync(SeenWithin);

            crowd.AckedOfThoseBegunAfter(taken).ShouldBeEmpty("acknowledged although the log was gone");
            await ShouldBeStoppedAsync(service, crowd, hand.Victim(act));
            service.Kill();
            await service.WaitForExitAsync();
            if (ForeignHand.LeavesTheOriginal(act)) await ShouldHaveKeptAsync(folder, () => hand.PutBack(act), crowd);
            await ShouldTakeRecordsAsync(folder);
        }
    }

    /// <summary>Whoever asks is told; whoever reads is answered.</summary>
    private static async Task ShouldBeStoppedAsync(ServiceProcess service, Crowd crowd, string victim)
    {
        foreach (var refusal in crowd.Refusals)
        {
            refusal.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, refusal.Body);
            refusal.Code.ShouldBe("log_stopped");
            refusal.Text("detail")!.ShouldContain(victim, Case.Sensitive, refusal.Body);
            refusal.RetryAfter.ShouldNotBeNull();
        }
        (await service.Http.TotalAsync()).ShouldBe(crowd.Acked.Count);
        await Eventually.HoldsAsync("readiness is 503", SeenWithin,
            async () => (await service.Http.ReadinessAsync()).Status == HttpStatusCode.ServiceUnavailable);
        (await service.Http.ReadinessAsync()).Body.ShouldContain(victim);
    }

    /// <summary>What was acknowledged is in the file as it was, and back in the service when the file is put back.</summary>
    private static async Task ShouldHaveKeptAsync(TestFolder folder, Action putBack, Crowd crowd)
    {
        putBack();
        crowd.Acked.Except(Recount.Of(folder.Log).Completions.Select(line => line.Id!)).ShouldBeEmpty("acknowledged and in no file");
        await using var next = await ServiceProcess.StartAsync(folder);
        await Parallel.ForEachAsync(crowd.Acked, async (id, _) => (await next.Http.FindAsync(id)).Status.ShouldBe(HttpStatusCode.OK, id));
        (await next.Http.TotalAsync()).ShouldBe(Recount.Of(folder.Log).Attempts);
        (await next.StopAsync()).ShouldBe(0);
    }

    private static async Task ShouldTakeRecordsAsync(TestFolder folder)
    {
        await using var next = await ServiceProcess.StartAsync(folder);
        (await next.Http.RecordAsync("next")).Status.ShouldBe(HttpStatusCode.Created);
        (await next.Http.FindAsync("next")).Status.ShouldBe(HttpStatusCode.OK);
        (await next.StopAsync()).ShouldBe(0, next.Errors);
    }
}
