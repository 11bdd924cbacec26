using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>Webhooks of the real process, which is killed while it sends them or has a receiver that never answers.</summary>
public sealed class WebhookKillTests(ITestOutputHelper output)
{
    private const int PostsPerLife = 60;
    private const int PostsPerRound = 250;
    private static readonly ParallelOptions Crowd = new() { MaxDegreeOfParallelism = 8 };
    private static readonly int Rounds = ProofSize.Cases(ci: 6, large: 42);
    private static readonly TimeSpan DeliversWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);
    private readonly int _seed = ProofSeed.Next();

    [Fact]
    public async Task Every_acknowledged_failure_arrives_under_one_id_however_often_the_service_is_killed()
    {
        var random = new Random(_seed);
        var (answers, isOver) = (0, false);
        await using var receiver = new WebhookReceiver(_ => Interlocked.Increment(ref answers) % 7 == 0 && !Volatile.Read(ref isOver) ? WebhookReceiver.Answer(500) : WebhookReceiver.Thanks);
        using var folder = new TestFolder();
        var acked = new ConcurrentBag<string>();
        var lives = ProofSize.Cases(ci: 4, large: 50);
        for (var life = 1; life <= lives; life++) await LiveAsync(folder, receiver, acked, life, random);

        // From now on nothing fails: one that failed again and again would be put off for longer than the test waits.
        Volatile.Write(ref isOver, true);
        await using var last = await StartAsync(folder, receiver);
        await Eventually.HoldsAsync("everything arrived", DeliversWithin, () => Task.FromResult(!acked.Except(Tasks(receiver)).Any()));
        await Eventually.HoldsAsync("nothing waits", DeliversWithin, async () => (await DeliveriesAsync(last, "queued")).GetArrayLength() == 0);
        (await last.StopAsync()).ShouldBe(0);

        // A fact has one id for ever; of those that a kill left without an answer some may be known to the receiver only.
        var byFact = receiver.Received.GroupBy(webhook => webhook.Data.GetProperty("seq").GetInt64()).ToList();
        byFact.ShouldAllBe(fact => fact.Select(webhook => webhook.Id).Distinct().Count() == 1);
        receiver.Received.GroupBy(webhook => webhook.Id).ShouldAllBe(same => same.Select(webhook => Convert.ToHexString(webhook.Body)).Distinct().Count() == 1);
        acked.ShouldNotBeEmpty("hardly anything was recorded: the run proves little");
        output.WriteLine($"seed {_seed}: {lives} kills, {acked.Count} failures acknowledged, {receiver.Received.Count} webhooks of {byFact.Count} facts arrived");
    }

    [Fact]
    public async Task A_receiver_that_never_answers_delays_neither_recording_nor_the_stop_and_loses_nothing()
    {
        using var folder = new TestFolder();
        using var other = new TestFolder();
        await using (var hanging = new WebhookReceiver(WebhookReceiver.HangAsync))
        {
            await using var silent = await ServiceProcess.StartAsync(other);
            await using var telling = await StartAsync(folder, hanging);
            output.WriteLine(await CompareAsync(silent, telling));
            hanging.Received.ShouldNotBeEmpty();
            telling.Terminate();
            (await telling.WaitForExitAsync(StopsWithin)).ShouldBe(0, telling.Errors);
        }
        await using var receiver = new WebhookReceiver();
        await using var next = await StartAsync(folder, receiver);
        await Eventually.HoldsAsync("all of them arrived", DeliversWithin, () => Task.FromResult(Tasks(receiver).Count() == Rounds * PostsPerRound));
    }

    /// <summary>Rounds by turns, so that what else the machine does hits both; the first warms up.</summary>
    private static async Task<string> CompareAsync(ServiceProcess silent, ServiceProcess telling)
    {
        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(await RateAsync(silent, round));
            with.Add(await RateAsync(telling, round));
        }
        var (one, two) = (Median(without.Skip(1)), Median(with.Skip(1)));
        return $"{one:0} records a second without webhooks, {two:0} with a receiver that hangs: {two / one:0.00}";
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt((Rounds - 1) / 2);

    private static IEnumerable<string> Tasks(WebhookReceiver receiver) => receiver.Received.Select(webhook => webhook.Data.GetProperty("task_id").GetString()!).Distinct();

    private static Task<ServiceProcess> StartAsync(TestFolder folder, WebhookReceiver receiver) => ServiceProcess.StartAsync(new ServiceStart(folder)
    {
        Settings = new Dictionary<string, string> { ["notifications:webhook_url"] = receiver.Url, ["notifications:allow_private_addresses"] = "true" },
    });

    private static async Task LiveAsync(TestFolder folder, WebhookReceiver receiver, ConcurrentBag<string> acked, int life, Random random)
    {
        await using var service = await StartAsync(folder, receiver);
        using var end = new CancellationTokenSource(random.Next(100, 1200));
        end.Token.Register(service.Kill);
        await Parallel.ForEachAsync(Enumerable.Range(0, PostsPerLife), async (number, _) =>
        {
            var task = $"{life}-{number}";
            try
            {
                if ((await PostAsync(service, task)).Status == HttpStatusCode.Created) acked.Add(task);
            }
            catch (HttpRequestException)
            {
                // Killed before it could answer.
            }
        });
        await service.WaitForExitAsync();
    }

    private static async Task<double> RateAsync(ServiceProcess service, int round)
    {
        var watch = Stopwatch.StartNew();
        var numbers = Enumerable.Range(0, PostsPerRound);
        await Parallel.ForEachAsync(numbers, Crowd, async (number, _) => (await PostAsync(service, $"{round}-{number}")).Status.ShouldBe(HttpStatusCode.Created));
        return PostsPerRound / watch.Elapsed.TotalSeconds;
    }

    private static Task<Answer> PostAsync(ServiceProcess service, string task) =>
        service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, new { task_id = task, duration_seconds = 1.5, status = "failed" });

    private static async Task<JsonElement> DeliveriesAsync(ServiceProcess service, string status) =>
        (await service.Http.AskAsync(HttpMethod.Get, $"/api/agent/webhooks/deliveries?status={status}")).Json.GetProperty("items");
}
