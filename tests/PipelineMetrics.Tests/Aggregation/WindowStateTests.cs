using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class WindowStateTests
{
    private static readonly TimeRange Week = TimeRange.Rolling(TimeSpan.FromDays(7));
    private readonly CompletionTable _table = new();

    [Fact]
    public void While_only_time_passes_the_state_changes_exactly_when_a_completion_leaves() => ForAnyHistory((history, random) =>
    {
        var range = TimeRange.Rolling(TimeSpan.FromMinutes(20) + TimeSpan.FromTicks(random.Next(3) * 5000));
        var now = Now.AddHours(-2);
        var previous = history.Table.StateOf(range, now);
        for (var step = 0; step < 60; step++)
        {
            var before = now;
            now += TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerMinute * 5));
            var state = history.Table.StateOf(range, now);
            var left = history.Counted.Any(r => r.CreatedAt >= before - range.Length && r.CreatedAt < now - range.Length);
            (state != previous).ShouldBe(left);
            previous = state;
        }
    });

    [Fact]
    public void With_an_equal_state_every_figure_and_bound_is_equal() => ForAnyHistory((history, random) =>
    {
        var query = history.Query() with { Range = TimeRange.Rolling(TimeSpan.FromMinutes(20)) };
        var seen = new Dictionary<MetricsState, string>();
        for (var step = 0; step < 20; step++)
        {
            var now = Now.AddSeconds(random.Next(-3600, 3600));
            var text = Recount.Text(history.Table.Answer(query, now));
            var state = history.Table.StateOf(query.Range, now);
            if (!seen.TryAdd(state, text)) text.ShouldBe(seen[state]);
        }
    });

    [Fact]
    public void The_same_facts_in_a_new_table_give_the_same_states_and_answers() => ForAnyHistory((history, random) =>
    {
        var again = history.Again();
        var query = history.Query();
        var now = Now.AddSeconds(random.Next(-3600, 3600));
        again.StateOf(query.Range, now).ShouldBe(history.Table.StateOf(query.Range, now));
        Recount.Text(again.Answer(query, now)).ShouldBe(Recount.Text(history.Table.Answer(query, now)));
    });

    [Fact]
    public void A_rolling_answer_is_the_answer_for_everything_from_its_first_instant() => ForAnyHistory((history, random) =>
    {
        var query = history.Query() with { Range = TimeRange.Rolling(TimeSpan.FromMinutes(20)) };
        var rolling = history.Table.Answer(query, Now.AddMinutes(random.Next(5, 60)));
        var fixedRange = history.Table.Answer(query with { Range = TimeRange.Between(rolling.From, null) }, Now);
        Recount.Text(fixedRange with { To = rolling.To }).ShouldBe(Recount.Text(rolling));
    });

    [Fact]
    public void Each_fact_changes_the_state_of_every_range()
    {
        var range = TimeRange.Between(Now.AddDays(-2), Now.AddDays(-1));
        var before = _table.StateOf(range, Now);
        _table.Add(Made("elsewhere"), 1);
        var added = _table.StateOf(range, Now);
        _table.Revise(1, Revision(2), 2);
        var revised = _table.StateOf(range, Now);
        _table.Revise(1, Revision(1), 3);
        new[] { before, added, revised }.Distinct().Count().ShouldBe(3);
        _table.StateOf(range, Now).ShouldBe(revised);
    }

    [Fact]
    public void The_state_of_a_fixed_range_does_not_depend_on_the_time()
    {
        _table.Add(Made("a"), 1);
        var range = TimeRange.Between(null, Now.AddDays(1));
        _table.StateOf(range, Now.AddDays(2)).ShouldBe(_table.StateOf(range, Now));
    }

    [Fact]
    public void Nothing_stays_the_same_state_and_has_no_bounds()
    {
        _table.StateOf(Week, Now.AddHours(1)).ShouldBe(_table.StateOf(Week, Now));
        var answer = _table.Answer(new MetricsQuery(Week), Now);
        (answer.From, answer.To).ShouldBe((null, null));
    }

    [Fact]
    public void The_window_says_when_the_answer_changed_last()
    {
        _table.Add(Made("a", createdAt: Now.AddDays(-7).AddMinutes(1)), 1);
        _table.Add(Made("b", createdAt: Now.AddHours(-1)), 2);
        _table.Answer(new MetricsQuery(Week), Now.AddMinutes(1)).To.ShouldBe(Now.AddHours(-1));
        var later = _table.Answer(new MetricsQuery(Week), Now.AddMinutes(5));
        later.To.ShouldBe(Now.AddMinutes(1).AddMilliseconds(1));
        later.From.ShouldBe(Now.AddMinutes(1).AddDays(-7).AddMilliseconds(1));
        later.Overall.Total.ShouldBe(1);
    }

    [Fact]
    public void A_late_record_changes_the_answer_when_it_was_received()
    {
        var draft = new CompletionDraft { TaskId = "t", CreatedAt = Now.AddDays(-3), ReceivedAt = Now.AddHours(-2), Status = CompletionStatus.Completed };
        _table.Add(Made(draft), 1);
        _table.StateOf(Week, Now).ChangedAt.ShouldBe(Now.AddHours(-2));
    }

    [Fact]
    public void A_window_longer_than_the_calendar_reaches_back_to_the_beginning()
    {
        _table.Add(Made("a", createdAt: Now.AddYears(-50)), 1);
        var answer = _table.Answer(new MetricsQuery(TimeRange.Rolling(TimeSpan.MaxValue)), Now);
        answer.Overall.Total.ShouldBe(1);
        answer.From.ShouldBeNull();
    }

    [Fact]
    public void A_window_without_length_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => TimeRange.Rolling(TimeSpan.Zero));

    private static void ForAnyHistory(Action<RandomHistory, Random> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            holds(new RandomHistory(seed, random.Next(0, 40)), random);
            return true;
        }));
}
