using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>The default window is answered from sums that are kept up to date, so it has a recount of its own.</summary>
public sealed class RollingWindowTests
{
    private static readonly TimeRange Week = TimeRange.Rolling(CompletionTable.DefaultWindow);
    private static readonly Dimension[] Kept = [Dimension.TaskType, Dimension.Model, Dimension.PromptVariant];

    [Fact]
    public void Whatever_comes_and_goes_and_however_the_clock_jumps_the_window_equals_a_recount() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        var history = new RandomHistory(seed, random.Next(120), TimeSpan.FromDays(9));
        var now = Now.AddDays(random.Next(-10, 3));
        for (var step = 0; step < 12; step++)
        {
            var query = Question(random);
            var answer = history.Table.Answer(query, now);
            Recount.ShouldEqual(answer, Recount.InWindow(history.Current.Values, Week, now).ToList(), query, history.Reworked);
            if (random.Next(2) == 0) history.Table.Advance(now = now.AddMinutes(random.Next(3000)));
            else now = now.AddMinutes(random.Next(4) == 0 ? -random.Next(10, 9000) : random.Next(2000));
            for (var more = random.Next(8); more > 0; more--) history.AddFact();
        }
    });

    [Fact]
    public void Large_groups_that_are_only_counted_give_the_same_ranks_as_a_sort()
    {
        var random = new Random(7);
        var table = new CompletionTable();
        var durations = new List<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var ms = (long)Math.Exp(random.NextDouble() * 21);
            durations.Add(ms);
            table.Add(Made("t", durationMs: ms, type: i % 3 == 0 ? "a" : "b", createdAt: Now.AddMilliseconds(i)), i);
        }
        var query = new MetricsQuery(Week) { GroupBy = [Dimension.TaskType], GroupPercentiles = true };
        for (var gone = 0; gone < 20_000; gone += 1_700)
        {
            var answer = table.Answer(query, Now.AddMilliseconds(gone) + CompletionTable.DefaultWindow);
            var left = durations.Skip(gone).ToList();
            (answer.Overall.P50!.Value.Ms, answer.Overall.P95!.Value.Ms).ShouldBe((AtRank(left, 50), AtRank(left, 95)));
            foreach (var (type, figures) in answer.Groups[Dimension.TaskType].Groups)
            {
                var group = left.Where((_, i) => ((gone + i) % 3 == 0) == (type == "a")).ToList();
                (figures.Total, figures.P50!.Value.Ms, figures.P95!.Value.Ms).ShouldBe((group.Count, AtRank(group, 50), AtRank(group, 95)));
            }
        }
    }

    // More than one array of the pool holds, where one queue runs on from array to array.
    [Fact]
    public void More_durations_than_the_pool_begins_with_are_ranked_like_few()
    {
        var table = new CompletionTable();
        for (var i = 0; i < 140_000; i++) table.Add(Made("t", durationMs: 1_000_000 + (i % 100), createdAt: Now), i);
        var overall = table.Answer(new MetricsQuery(Week), Now).Overall;
        (overall.Total, overall.P50!.Value.Ms, overall.P95!.Value.Ms).ShouldBe((140_000, 1_000_049, 1_000_094));
    }

    [Fact]
    public void A_clock_set_back_a_little_is_answered_for_the_time_it_shows()
    {
        var table = new CompletionTable();
        table.Add(Made("t", createdAt: Now), 1);
        var after = Now + CompletionTable.DefaultWindow + TimeSpan.FromMinutes(1);
        table.Answer(new MetricsQuery(Week), after).Overall.Total.ShouldBe(0);
        table.Answer(new MetricsQuery(Week), after.AddMinutes(-2)).Overall.Total.ShouldBe(1);
        table.Answer(new MetricsQuery(Week), after).Overall.Total.ShouldBe(0);
    }

    [Fact]
    public void A_clock_that_was_years_ahead_leaves_the_window_whole_once_it_is_right_again()
    {
        var table = new CompletionTable();
        table.Add(Made("t", createdAt: Now), 1);
        table.Answer(new MetricsQuery(Week), Now.AddYears(10)).Overall.Total.ShouldBe(0);
        table.Answer(new MetricsQuery(Week), Now).Overall.Total.ShouldBe(1);
    }

    [Fact]
    public void An_answer_says_until_when_it_holds()
    {
        var table = new CompletionTable();
        table.Add(Made("t", createdAt: Now), 1);
        foreach (var range in new[] { Week, TimeRange.Rolling(TimeSpan.FromDays(1)) })
        {
            var answer = table.Answer(new MetricsQuery(range), Now.AddHours(1));
            answer.HoldsUntil.ShouldBe(Now + range.Length!.Value);
            table.Answer(new MetricsQuery(range), answer.HoldsUntil).Overall.Total.ShouldBe(1);
            table.Answer(new MetricsQuery(range), answer.HoldsUntil.AddTicks(1)).Overall.Total.ShouldBe(0);
        }
    }

    private static MetricsQuery Question(Random random) => new(Week)
    {
        GroupBy = [.. Kept.Where(_ => random.Next(2) == 0)],
        GroupPercentiles = random.Next(2) == 0,
        MaxGroups = random.Next(1, 5),
    };

    private static long AtRank(List<long> values, int percent) => values.Order().ElementAt((int)Math.Ceiling(values.Count * percent / 100m) - 1);

    private static void ForAnySeed(Action<int> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            holds(seed);
            return true;
        }));
}
