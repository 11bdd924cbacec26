using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class NewestRowsTests
{
    [Fact]
    public void The_newest_are_those_a_sorted_list_begins_with() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var history = new RandomHistory(seed, facts: 60);
        foreach (var withCancelled in new[] { true, false })
        {
            var expected = history.Current.Values.Where(r => withCancelled || r.Completion.Outcome != Outcome.Cancelled)
                .OrderByDescending(r => r.Completion.CreatedAt).ThenByDescending(r => r.Place)
                .Select(r => new NewestCompletion(r.Place, r.Completion.Status)).ToList();
            foreach (var count in new[] { 1, 3, 10, 100 })
                history.Table.Newest(count, withCancelled).ShouldBe(expected.Take(count));
        }
    }));

    [Fact]
    public void What_happened_long_ago_does_not_push_out_what_happened_lately()
    {
        var table = new CompletionTable(blockRows: 4);
        table.Add(Made("new", createdAt: Now), 1);
        for (var i = 0; i < 100; i++) table.Add(Made("old", createdAt: Now.AddYears(-1).AddSeconds(i)), i + 2);
        table.Newest(2, withCancelled: true).Select(c => c.Place).ShouldBe([1, 101]);
        new CompletionTable().Newest(3, withCancelled: true).ShouldBeEmpty();
    }
}
