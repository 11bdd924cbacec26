using System.Collections.Concurrent;

namespace PipelineMetrics.Client.Tests;

public sealed class RecordIdsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void An_id_is_a_uuid_of_version_7_that_begins_with_its_time()
    {
        var id = new RecordIds().Next(Now);
        id.Version.ShouldBe(7);
        id.Variant.ShouldBeInRange(8, 11);
        Convert.ToInt64(id.ToString("N")[..12], 16).ShouldBe(Now.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void No_two_are_the_same_whichever_thread_or_client_asks()
    {
        var ids = new ConcurrentBag<Guid>();
        RecordIds[] makers = [new(), new(), new()];
        Parallel.For(0, 30_000, i => ids.Add(makers[i % 3].Next(Now)));
        ids.Distinct().Count().ShouldBe(30_000);
    }
}
