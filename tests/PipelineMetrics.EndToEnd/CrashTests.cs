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
/// <remarks>
/// The run is short by default. The long one: PIPELINE_METRICS_CRASH_KILLS=10 PIPELINE_METRICS_CRASH_SECONDS=30, where the seconds are
/// those of the load over all kills together. PIPELINE_METRICS_CRASH_SEED repeats the moments and the load of an earlier run.
/// </remarks>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int ShortKills = 5;
    private const int ShortSeconds = 6;

    /// <summary>The smallest there is, so that files are sealed all the time and some kills hit the sealing.</summary>
    private static readonly Dictionary<string, string> SmallSegments = new() { ["log:segment_bytes"] = "65536" };

    private readonly int _kills = Setting("KILLS") ?? ShortKills;
    private readonly TimeSpan _load = TimeSpan.FromSeconds(Setting("SECONDS") ?? ShortSeconds);
    private readonly int _seed = Setting("SEED") ?? Random.Shared.Next();
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
        Report(Recount.Of(folder.Log));
        _hits.ShouldBeGreaterThan(0, "no kill hit a request in flight: the run proves nothing");
    }

    /// <summary>From one start to the next kill; what earlier lives acknowledged is judged before the load begins.</summary>
    private async Task LiveAsync(TestFolder folder, int life, Random random)
    {
        await using var service = await StartAsync(folder);
        await SettleAsync(service);
        await JudgeAsync(service, folder, AckedIn(life - 1));

        var average = _load / _kills;
        using var end = new CancellationTokenSource(average * (0.1 + (1.8 * random.NextDouble())));
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

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable($"PIPELINE_METRICS_CRASH_{name}"), out var value) ? value : null;
}
