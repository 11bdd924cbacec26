using PipelineMetrics.EndToEnd;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.Client.Tests;

/// <summary>Runners and the service as real processes, killed at any moment; what runners were told is accepted is stored, once.</summary>
public sealed class ClientKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(2);
    private readonly int _seed = ProofSeed.Next();

    [Fact]
    public async Task With_the_service_flapping_and_runners_killed_what_was_accepted_is_stored_once()
    {
        var random = new Random(_seed);
        using var spool = new SpoolFolder();
        using var folder = new TestFolder();
        await using var flapping = new FlappingService(folder, await ServiceProcess.StartAsync(folder), new Random(random.Next()));
        var address = flapping.Address;
        var lives = ProofSize.Cases(ci: 4, large: 100);
        var accepted = new List<string>();
        for (var life = 0; life < lives; life++) accepted.AddRange(await LiveAsync(address, spool, $"r{life}", random));

        await using var last = await flapping.StayAsync();
        await using var client = new PipelineMetricsClient(new() { Address = address, SpoolDirectory = spool.FullPath });
        (await client.FlushAsync(SettlesWithin)).ShouldBeTrue("everything that was left is settled");
        var counters = client.Counters;
        await client.StopAsync();
        await last.StopAsync();

        var stored = Recount.Of(folder.Log).Completions.Select(line => line.TaskId!).ToList();
        stored.Count.ShouldBe(stored.Distinct().Count(), "nothing is stored twice");
        accepted.Except(stored).ShouldBeEmpty("everything accepted is stored");
        spool.Files.ShouldBeEmpty("nothing is left");
        accepted.ShouldNotBeEmpty();
        output.WriteLine(
            $"seed {_seed}: {lives} runners and {flapping.Kills} services killed; {accepted.Count} accepted, {stored.Count} stored, "
            + $"{counters.Recovered} of them from what killed runners left at the end, {counters.Duplicates} known by then");
    }

    [Fact]
    public async Task What_a_killed_runner_accepted_while_nobody_served_the_next_process_sends()
    {
        using var spool = new SpoolFolder();
        using var folder = new TestFolder();
        var nobody = new Uri("http://127.0.0.1:1");
        var accepted = new List<string>();
        for (var life = 0; life < 3; life++) accepted.AddRange(await LiveAsync(nobody, spool, $"r{life}", new Random(_seed)));

        await using var service = await ServiceProcess.StartAsync(folder);
        await using var client = new PipelineMetricsClient(new() { Address = service.Http.BaseAddress!, SpoolDirectory = spool.FullPath });
        (await client.FlushAsync(SettlesWithin)).ShouldBeTrue();

        var stored = Recount.Of(folder.Log).Completions.Select(line => line.TaskId!).ToList();
        stored.Count.ShouldBe(stored.Distinct().Count());
        accepted.Except(stored).ShouldBeEmpty();
        // Killed between taking a record and saying so: one of each life may be stored that nobody was told of.
        stored.Except(accepted).Count().ShouldBeLessThanOrEqualTo(3);
        client.Counters.Sent.ShouldBe(stored.Count);
    }

    /// <summary>Lets a runner track for a while, then kills it; returns what it said was accepted.</summary>
    private static async Task<IReadOnlyList<string>> LiveAsync(Uri address, SpoolFolder spool, string name, Random random)
    {
        using var runner = new RunnerProcess(address, spool, name);
        await runner.Tracks.Task.WaitAsync(SettlesWithin);
        await Task.Delay(random.Next(1, 2000));   // The moment of the kill is what is drawn here; nothing is waited for.
        return await runner.KillAsync();
    }

    /// <summary>A service that is killed again and again, and each time comes back at the same address.</summary>
    private sealed class FlappingService : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly ServiceStart _again;
        private readonly Task<ServiceProcess> _flapping;

        public FlappingService(TestFolder folder, ServiceProcess first, Random random)
        {
            Address = first.Http.BaseAddress!;
            _again = new ServiceStart(folder) { Settings = new Dictionary<string, string> { ["urls"] = Address.ToString().TrimEnd('/') } };
            _flapping = FlapAsync(first, random);
        }

        public Uri Address { get; }

        public int Kills { get; private set; }

        /// <summary>The service as it is from now on.</summary>
        public async Task<ServiceProcess> StayAsync()
        {
            await _end.CancelAsync();
            return await _flapping;
        }

        public async ValueTask DisposeAsync()
        {
            // Whoever asked it to stay disposes it; when the test ended before that, it is ours.
            if (!_end.IsCancellationRequested) await (await StayAsync()).DisposeAsync();
            _end.Dispose();
        }

        private async Task<ServiceProcess> FlapAsync(ServiceProcess service, Random random)
        {
            while (true)
            {
                await Task.Delay(random.Next(100, 2000));
                if (_end.IsCancellationRequested) return service;
                service.Kill();
                await service.DisposeAsync();
                Kills++;
                await Task.Delay(random.Next(0, 1000));
                service = await ServiceProcess.StartAsync(_again);
            }
        }
    }
}
