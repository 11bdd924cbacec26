using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

public sealed class CompletionTableTests
{
    private static readonly MetricsQuery Week = new(TimeRange.Rolling(TimeSpan.FromDays(7))) { Detail = true };

    [Fact]
    public void Every_figure_of_every_question_equals_a_naive_recount() => ForAnySeed(seed =>
    {
        var history = new RandomHistory(seed, facts: 60);
        var query = history.Query();
        var answer = history.Table.Answer(query, Now);
        var rows = Recount.InWindow(history.Current.Values, query.Range, Now).Where(r => Recount.Passes(r.Completion, query.Filters)).ToList();
        Recount.ShouldEqual(answer, rows, query, history.Reworked);
    });

    [Fact]
    public void A_completion_at_the_edge_is_in_and_its_record_ahead_of_the_clock_too()
    {
        var table = new CompletionTable();
        table.Add(Made("edge", createdAt: Now.AddDays(-7)), 1);
        table.Add(Made("before", createdAt: Now.AddDays(-7).AddMilliseconds(-1)), 2);
        table.Add(Made("ahead", createdAt: Now.AddMinutes(4)), 3);
        table.Answer(Week, Now).Overall.Total.ShouldBe(2);
        table.Answer(Week with { Range = TimeRange.Between(Now.AddDays(-7), Now.AddMinutes(4)) }, Now).Overall.Total.ShouldBe(1);
    }

    [Fact]
    public void Percentiles_are_recorded_values_by_nearest_rank()
    {
        var table = new CompletionTable();
        for (var i = 1; i <= 10; i++) table.Add(Made("t", durationMs: i * 100), i);
        var all = table.Answer(Week, Now).Overall;
        (all.P50!.Value.Ms, all.Detail!.P90!.Value.Ms, all.P95!.Value.Ms, all.Detail.Min!.Value.Ms, all.Detail.Max!.Value.Ms).ShouldBe((500, 900, 1000, 100, 1000));
        all.P50.Value.Place.ShouldBe(5);
        all.AvgDurationSeconds.ShouldBe(0.6m);
    }

    [Fact]
    public void Nothing_gives_zeros_and_no_percentiles()
    {
        var all = new CompletionTable().Answer(Week, Now).Overall;
        (all.Total, all.Rate, all.AvgDurationSeconds, all.P50, all.RateInterval, all.FirstPassYield).ShouldBe((0, 0, 0, null, null, null));
    }

    [Fact]
    public void Rates_are_rounded_half_away_from_zero_and_their_interval_is_wilsons()
    {
        var table = new CompletionTable();
        for (var i = 0; i < 200; i++) table.Add(Made("t", failed: i >= 161), i);
        var all = table.Answer(Week, Now).Overall;
        all.Rate.ShouldBe(0.81m);
        all.RateInterval!.Value.Low.ShouldBe(0.7446, 0.0001);
        all.RateInterval.Value.High.ShouldBe(0.8539, 0.0001);
    }

    [Fact]
    public void Sums_stay_at_the_largest_number_instead_of_wrapping()
    {
        var table = new CompletionTable();
        for (var i = 0; i < 20; i++) table.Add(Made("t", tokens: 1_000_000_000_000_000_000), i);
        table.Answer(Week, Now).Overall.Detail!.InputTokens.ShouldBe(new Sum(long.MaxValue, 20));
    }

    [Fact]
    public void Values_beyond_the_cap_are_summed_exactly_under_a_key_no_value_can_have()
    {
        var table = new CompletionTable();
        for (var i = 0; i < 60; i++) table.Add(Made($"type-{i % 10}", type: i % 10 == 9 ? "(other)" : $"type-{i % 10}", durationMs: i * 100), i);
        for (var i = 0; i < 5; i++) table.Add(Made("big", type: "big", durationMs: 1), 100 + i);
        table.Add(Made("big", type: "(other)", durationMs: 1), 200);
        var groups = table.Answer(Week with { GroupBy = [Dimension.TaskType], MaxGroups = 3 }, Now).Groups[Dimension.TaskType];
        groups.Folded.ShouldBe(8);
        groups.Groups.Select(g => g.Key).ShouldBe(["((other)", "(other)", "type-0", "type-1"]);
        groups.Groups.Sum(g => g.Value.Total).ShouldBe(66);
        groups.Groups[1].Value.P50!.Value.Ms.ShouldBe(2600);
    }

    [Fact]
    public void A_lower_revision_changes_nothing_and_an_unknown_original_is_refused()
    {
        var table = new CompletionTable();
        table.Add(Made("t"), 10);
        table.Revise(10, Revision(2, failed: true), 20);
        table.Revise(10, Revision(1, failed: false), 30);
        table.Answer(Week, Now).Overall.Failed.ShouldBe(1);
        table.Count.ShouldBe(1);
        Should.Throw<ArgumentException>(() => table.Revise(11, Revision(3, failed: false), 40));
    }

    [Fact]
    public void A_completion_takes_the_memory_that_is_published()
    {
        const int Rows = 1 << 16;
        var table = new CompletionTable();
        for (var i = 0; i < Rows; i++) table.Add(Made("t", durationMs: 5), i);
        (table.MemoryBytes / Rows).ShouldBe(33);
        table.Add(Made("t", tokens: 5), Rows);
        (table.MemoryBytes / Rows).ShouldBe(33 + 33 + 4);
    }

    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(0, 100, 10_000)]
    [InlineData(150, 100, 5_000)]
    [InlineData(4, 3, 3_333)]
    [InlineData(5, 3, 6_667)]
    [InlineData(1_600_001, 1_600_000, 0)]
    [InlineData(1_600_160, 1_600_000, 1)]
    [InlineData(20_001, 20_000, 1)]
    [InlineData(long.MaxValue, 1, uint.MaxValue - 1)]
    public void The_error_of_an_estimate_is_in_hundredths_of_a_percent_of_what_it_came_to(long estimated, long actual, long error)
    {
        var table = new CompletionTable();
        table.Add(Made(new CompletionDraft { TaskId = "t", CreatedAt = Now, Status = CompletionStatus.Failed, EstimatedInputTokens = estimated, ActualInputTokens = actual }), 1);
        var detail = table.Answer(Week, Now).Overall.Detail!;
        detail.InputTokensError.ShouldBe(new EstimateError(1, estimated, actual, error));
        detail.OutputTokensError.ShouldBe(default);
    }

    [Fact]
    public void Of_nothing_there_is_no_percentage_and_a_cancelled_attempt_judges_no_estimate()
    {
        var table = new CompletionTable();
        var draft = new CompletionDraft { TaskId = "t", CreatedAt = Now, Status = CompletionStatus.Failed, EstimatedCostUsdMicros = 7, ActualCostUsdMicros = 0 };
        table.Add(Made(draft), 1);
        table.Answer(Week, Now).Overall.Detail!.CostError.ShouldBe(new EstimateError(1, 7, 0, null));
        (draft.Outcome, draft.ActualCostUsdMicros) = (Outcome.Cancelled, 14);
        table.Add(Made(draft), 2);
        table.Answer(Week, Now).Overall.Detail!.CostError.ShouldBe(new EstimateError(1, 7, 0, null));
    }

    [Fact]
    public void A_correction_without_a_number_is_the_first()
    {
        var table = new CompletionTable();
        table.Add(Made("t"), 10);
        table.Revise(10, Revision(null, failed: true), 20);
        table.Revise(10, Revision(null, failed: false), 30);
        table.Answer(Week, Now).Overall.Failed.ShouldBe(1);
    }

    [Fact]
    public void A_correction_is_no_original()
    {
        var table = new CompletionTable();
        table.Add(Made("t"), 10);
        table.Revise(10, Revision(1), 20);
        Should.Throw<ArgumentException>(() => table.Revise(20, Revision(2), 30));
        table.Revise(10, Revision(3, failed: true), 40);
        table.Answer(Week, Now).Overall.Total.ShouldBe(1);
    }

    [Fact]
    public void A_dimension_asked_for_twice_is_answered_once()
    {
        var table = new CompletionTable();
        table.Add(Made("t", type: "spec"), 1);
        var groups = table.Answer(Week with { GroupBy = [Dimension.TaskType, Dimension.TaskType] }, Now).Groups;
        groups[Dimension.TaskType].Groups.Single().Value.Total.ShouldBe(1);
    }

    private static void ForAnySeed(Action<int> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            holds(seed);
            return true;
        }));
}
