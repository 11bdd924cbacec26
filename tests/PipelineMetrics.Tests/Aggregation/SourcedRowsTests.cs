using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class SourcedRowsTests
{
    private static readonly string[] Imported = ["import", "git-import"];

    [Fact]
    public void What_other_sources_recorded_is_not_there() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var history = new RandomHistory(seed, facts: 60);
        foreach (string[] without in new string[][] { Imported, ["api"], [], ["api", "import"] })
        {
            var rows = history.Current.Values.Select(r => r.Completion).Where(c => !without.Contains(c.Source)).ToList();
            history.Table.LastEnd(without).ShouldBe(rows.Count == 0 ? null : rows.Max(c => c.CreatedAt));
            var counted = rows.Where(c => c.Outcome != Outcome.Cancelled && c.CreatedAt >= Now.AddMinutes(-20)).ToList();
            history.Table.CountEnds(TimeRange.Rolling(TimeSpan.FromMinutes(20)), Now, without).ShouldBe(
                (counted.Count(c => c.Status == CompletionStatus.Completed), counted.Count(c => c.Status == CompletionStatus.Failed)));
        }
    }));

    [Fact]
    public void Of_nothing_there_is_no_end()
    {
        new CompletionTable().LastEnd(Imported).ShouldBeNull();
        new CompletionTable().CountEnds(TimeRange.Rolling(TimeSpan.FromHours(24)), Now, Imported).ShouldBe((0, 0));
    }
}
