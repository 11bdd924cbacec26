using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>The machine dies at a named point, the first time it comes there, the second and the tenth.</summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private const int Commits = 400;
    private const string Answer = "answer";
    private static readonly int[] Hits = [1, 2, 10];

    private static readonly string[] Points =
    [
        "before write", "halfway write", "after write", "before sync", "after sync", "after " + Answer,
        "before new segment", "after new segment", "before new segment's name", "after new segment's name",
        "before create", "after create", "before rename", "after rename", "before sync-directory",
        "after sync-directory", "before truncate", "after truncate", "before delete", "after delete",
    ];

    private readonly CrashWorkload _workload = new(Commits);

    public static TheoryData<string, int> Table
    {
        get
        {
            var table = new TheoryData<string, int>();
            foreach (var (point, hit) in Points.SelectMany(_ => Hits, (point, hit) => (point, hit)))
                table.Add(point, hit);
            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Nothing_acknowledged_is_lost(string point, int hit)
    {
        RunTo(point, hit);
        var seeds = ProofSize.Cases(20, 1000);

        for (var seed = -1; seed < seeds; seed++)
        {
            var bench = CrashWorkload.NewBench(_workload.Bench.Disk.Copy());
            new CrashCase(bench, _workload.Ledger.Copy()).AfterOne(seed < 0 ? null : new Random(seed)).ShouldBe("", $"seed {seed}");
        }

        output.WriteLine($"1 crash that keeps nothing unsynced, {seeds} that keep some of it (seeds 0 to {seeds - 1})");
    }

    /// <summary>Runs until the point was reached that often; there the machine dies.</summary>
    private void RunTo(string point, int hit)
    {
        var hits = 0;
        void Reach(string reached)
        {
            if (reached == point && ++hits == hit)
                throw new SimDisk.PowerLoss();
        }

        _workload.Answered = () => Reach("after " + Answer);
        _workload.Bench.Disk.Watch = (operation, path, moment) => Reach(NameOf(operation, path, moment));
        Should.Throw<SimDisk.PowerLoss>(_workload.Run, $"the workload never comes to '{point}' {hit} times");
    }

    private static string NameOf(string operation, string path, Moment moment)
    {
        var isOfNewSegment = path.EndsWith(".next", StringComparison.Ordinal);
        var point = (operation, isOfNewSegment) switch
        {
            ("create", true) => "new segment",
            ("rename", true) => "new segment's name",
            _ => operation,
        };
        return $"{moment.ToString().ToLowerInvariant()} {point}";
    }
}
