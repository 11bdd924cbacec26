using System.Diagnostics;
using System.Net;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>
/// The process is killed at random moments while sixteen runners report, and what it acknowledged is looked for afterwards.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int ShortestLifeMs = 5;
    private const int LongestLifeMs = 500;

    /// <summary>The smallest there is, so that files are sealed all the time and some kills hit the sealing.</summary>
    private static readonly Dictionary<string, string> SmallSegments = new() { ["log:segment_bytes"] = "65536" };

    private readonly int _kills = ProofSize.Cases(ci: 12, large: 200);
    private readonly int _seed = ProofSeed.Next();
    private readonly Ledger _ledger = new();
    private long _requests;
    private int _hits;

    [Fact]
    public async Task Whatever_was_acknowledged_survives_every_kill()
    {
        output.WriteLine($"seed {_seed}");
        using var folder = new TestFolder();
        var random = new Random(_seed);
        for (var life = 1; life <= _kills; life++) await LiveAsync(folder, life, random);

        await using var last = await StartAsync(folder);
        await SettleAsync(last);
        await JudgeAsync(last, folder, _ledger.Acked.Keys);
        (await last.StopAsync()).ShouldBe(0);
        var log = Recount.Of(folder.Log);
        Report(log);
        log.SealedFiles.ShouldBeGreaterThan(0, "no file was sealed: the run says nothing about sealing");
        _hits.ShouldBeGreaterThan(_kills / 2, "hardly a kill hit a request in flight: the run proves little");
    }

    /// <summary>From one start to the next kill; what earlier lives acknowledged is judged before the load begins.</summary>
    private async Task LiveAsync(TestFolder folder, int life, Random random)
    {
        await using var service = await StartAsync(folder);
        await SettleAsync(service);
        await JudgeAsync(service, folder, AckedIn(life - 1));

        using var end = new CancellationTokenSource(random.Next(ShortestLifeMs, LongestLifeMs + 1));
        end.Token.Register(service.Kill);
        var traffic = await Fleet.RunAsync(service.Http, _ledger, $"{life}", random.Next());

        (await service.WaitForExitAsync()).ShouldBe(ServiceProcess.KilledCode, service.Errors);
        _requests += traffic.Asked;
        _hits += traffic.Unanswered > 0 ? 1 : 0;
        output.WriteLine($"life {life}: {traffic.Asked} requests, {traffic.Unanswered} in flight at the kill");
    }

    private IEnumerable<string> AckedIn(int life) =>
        _ledger.Acked.Where(acked => acked.Value.StartsWith($"{life}-", StringComparison.Ordinal)).Select(acked => acked.Key);

    private static Task<ServiceProcess> StartAsync(TestFolder folder) =>
        ServiceProcess.StartAsync(new ServiceStart(folder) { Settings = SmallSegments });

    /// <summary>Sends again what nobody acknowledged: it is taken, whether or not it was stored the first time.</summary>
    private async Task SettleAsync(ServiceProcess service)
    {
        foreach (var (task, sending) in _ledger.Unsettled)
        {
            var answer = await service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, sending.Body, "application/json");
            answer.Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
            _ledger.Ack(task, sending.Id!);
        }
    }

    private async Task JudgeAsync(ServiceProcess service, TestFolder folder, IEnumerable<string> expected)
    {
        var log = Recount.Of(folder.Log);
        log.ShouldHonour(_ledger);
        (await service.Http.TotalAsync()).ShouldBe(log.Attempts);
        var watch = Stopwatch.StartNew();
        var found = 0;
        await Parallel.ForEachAsync(expected, async (id, _) =>
        {
            (await service.Http.FindAsync(id)).Text("id").ShouldBe(id);
            Interlocked.Increment(ref found);
        });
        output.WriteLine(
            $"judged {log.Completions.Count} completions, {log.Events.Count} events; {found} looked up in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private void Report(Recount log) => output.WriteLine(
        $"{_kills} kills, {_requests} requests, {_ledger.Acked.Count} completions acknowledged of {_ledger.Sent.Count} sent, "
        + $"{_hits} kills with requests in flight, {log.SealedFiles} sealed files");
}
