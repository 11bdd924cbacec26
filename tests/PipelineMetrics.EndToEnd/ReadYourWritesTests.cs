using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Load;
using PipelineMetrics.EndToEnd.Processes;
using Xunit.Abstractions;

namespace PipelineMetrics.EndToEnd;

/// <summary>Thirty-two clients post and read on other connections: what was acknowledged is read, what is not durable is not.</summary>
public sealed class ReadYourWritesTests(ITestOutputHelper output)
{
    private const int Clients = 32;

    /// <summary>The first answers of a process that has just started are too slow to show much.</summary>
    private const int LeastOfEach = 6;

    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(300);
    private readonly int _seed = ProofSeed.Next();

    [Fact]
    public async Task Whatever_was_acknowledged_is_read_on_every_connection()
    {
        for (var run = 0; run < ProofSize.Cases(ci: 1, large: 10); run++)
            await ObserveAsync(start => start, TimeSpan.Zero, ProofSize.Cases(ci: 3000, large: 100_000), _seed + run);
    }

    [FactNeeding(Tool.Strace)]
    public async Task Nothing_is_read_before_its_sync_has_ended()
    {
        for (var run = 0; run < ProofSize.Cases(ci: 1, large: 10); run++)
        {
            var seen = await ObserveAsync(SlowedDown, SlowSync, ProofSize.Cases(ci: 1500, large: 100_000), _seed + run);
            seen.TooSoonToSee.ShouldBeGreaterThan(0, "nobody looked while a sync was under way: the run proves nothing");
        }
    }

    private static ServiceStart SlowedDown(ServiceStart start) => start with
    {
        Under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", $"inject=fdatasync:delay_enter={SlowSync.TotalMicroseconds:0}"],
    };

    private async Task<Sightings> ObserveAsync(Func<ServiceStart, ServiceStart> how, TimeSpan syncTakes, int operations, int seed)
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(how(new ServiceStart(folder)));
        using var reading = new HttpClient { BaseAddress = service.Http.BaseAddress };
        var sightings = new Sightings(syncTakes);
        var witnesses = Enumerable.Range(0, Clients)
            .Select(number => new Witness(service.Http, reading, sightings, $"type-{number:d2}", new Random(seed + number))).ToList();
        await Task.WhenAll(witnesses.Select(async witness =>
        {
            while (sightings.Operations < operations || witness.Acked.Count < LeastOfEach) await witness.ObserveAsync();
        }));

        Judge(Recount.Of(folder.Log), witnesses);
        output.WriteLine($"seed {seed}: {sightings.Posts} posts of {witnesses.Sum(witness => witness.Acked.Count)} records, {sightings.Reads} reads "
            + $"while one was under way, {sightings.TooSoonToSee} of them before its sync could have ended");
        return sightings;
    }

    /// <summary>The numbers have no gap and no repeat, are those that were answered, and rise in the order in which a client sent.</summary>
    private static void Judge(Recount log, List<Witness> witnesses)
    {
        log.ShouldBeGapless();
        log.Completions.Count.ShouldBe(witnesses.Sum(witness => witness.Acked.Count));
        var numbers = log.Completions.ToDictionary(line => line.Id!, line => line.Seq!.Value);
        foreach (var witness in witnesses)
        {
            witness.Acked.Select(id => numbers[id]).ShouldBeInOrder(SortDirection.Ascending, witness.Type);
            foreach (var (id, number) in witness.Numbers) number.ShouldBe(numbers[id], id);
        }
    }
}
