namespace PipelineMetrics.Tests.Log;

public sealed class JournalTests
{
    private readonly LogBench _bench = new();

    [Fact]
    public void What_is_committed_comes_back_in_the_order_of_its_numbers()
    {
        using (var journal = _bench.Open())
        {
            journal.Commit([LogBench.Event("1"), LogBench.Completion("2"), LogBench.Completion("3")]).Committed.ShouldBe(3);
            journal.Commit([LogBench.Completion("4")]).Failure.ShouldBeNull();
            journal.Commit([LogBench.Event("5"), LogBench.Completion("6")]);
            journal.NextSeq.ShouldBe(7);
        }

        using var again = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe([1, 2, 3, 4, 5, 6]);
        _bench.Bodies.ShouldBe(["{\"e\":\"1\"}", "{\"c\":\"2\"}", "{\"c\":\"3\"}", "{\"c\":\"4\"}", "{\"e\":\"5\"}", "{\"c\":\"6\"}"]);
        again.NextSeq.ShouldBe(7);
        again.Status.Damage.ShouldBeEmpty();
    }
}
