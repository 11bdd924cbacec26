using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>One kind of disk call fails at its Nth time, for N = 1, 2, 3 ... until a life of the log sees no failure.</summary>
public sealed class NthFaultTests(ITestOutputHelper output)
{
    private static readonly string[] Operations =
    [
        "write", "sync", "sync-directory", "truncate", "rename", "delete", "create", "empty", "read", "stat", "open", "list",
    ];

    public static TheoryData<string, DiskFault, bool> Table
    {
        get
        {
            var table = new TheoryData<string, DiskFault, bool>();
            foreach (var (operation, lasts) in Operations.SelectMany(_ => new[] { false, true }, (operation, lasts) => (operation, lasts)))
            {
                foreach (var fault in FaultsOf(operation))
                    table.Add(operation, fault, lasts);
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Nothing_acknowledged_is_lost_and_nothing_refused_appears(string operation, DiskFault fault, bool lasts)
    {
        var inFirstLife = FailEach(operation, fault, lasts, isFirst: true);
        var inLaterLife = FailEach(operation, fault, lasts, isFirst: false);

        output.WriteLine($"{inFirstLife} failing calls in the first life of a log, {inLaterLife} in a later one");
        inLaterLife.ShouldBeGreaterThan(0);
    }

    private static int FailEach(string operation, DiskFault fault, bool lasts, bool isFirst)
    {
        for (var nth = 1; ; nth++)
        {
            var life = new FaultyLife(operation, fault, nth, lasts, isFirst);
            var wrong = life.Run() + life.StartAgain();
            wrong.Length.ShouldBe(0, $"{operation} number {nth}: {wrong}");
            if (!life.HasFailed)
                return nth - 1;
        }
    }

    private static DiskFault[] FaultsOf(string operation) => operation switch
    {
        "sync" or "sync-directory" => [DiskFault.SyncFailed],
        "write" or "create" or "rename" => [DiskFault.Other, DiskFault.Full],
        _ => [DiskFault.Other],
    };
}
