using PipelineMetrics.Aggregation;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>Which steps a series has: given ones, its own choice, and no more than an answer can hold.</summary>
public sealed class SeriesStepTests
{
    private readonly CompletionTable _table = new();

    [Theory]
    [InlineData("1.00:00:00", "15m")]
    [InlineData("7.00:00:00", "hour")]
    [InlineData("30.00:00:00", "6h")]
    [InlineData("90.00:00:00", "12h")]
    [InlineData("180.00:00:00", "day")]
    [InlineData("365.00:00:00", "week")]
    [InlineData("3660.00:00:00", "month")]
    [InlineData("00:00:01", "minute")]
    public void Without_a_step_the_shortest_is_taken_that_keeps_the_answer_short(string length, string step)
    {
        var answer = Answer(TimeRange.Rolling(TimeSpan.Parse(length)));
        answer.Step.Name.ShouldBe(step);
        answer.Steps.Count.ShouldBeLessThanOrEqualTo(SeriesQuery.EnoughSteps + 1);
    }

    [Theory]
    [InlineData("2026-01-01", "week", "2025-12-29", "2026-01-05")]
    [InlineData("2024-12-31", "week", "2024-12-30", "2025-01-06")]
    [InlineData("1969-12-31", "week", "1969-12-29", "1970-01-05")]
    [InlineData("2024-02-29", "month", "2024-02-01", "2024-03-01")]
    [InlineData("2025-12-31", "month", "2025-12-01", "2026-01-01")]
    [InlineData("1968-07-15", "day", "1968-07-15", "1968-07-16")]
    public void Weeks_begin_on_monday_and_months_are_as_long_as_they_are(string day, string step, string from, string to)
    {
        var at = Day(day).AddHours(12);
        _table.Add(Made("t", createdAt: at), 1);
        var only = Answer(TimeRange.Between(Day(from), Day(to)), step).Steps.ShouldHaveSingleItem();
        (only.Figures.From, only.Figures.To, only.IsPartial, only.Figures.Overall.Total).ShouldBe((Day(from), Day(to), false, 1));
        Answer(TimeRange.Between(Day(from), Day(to).AddMilliseconds(1)), step).Steps.Count.ShouldBe(2);
        Answer(TimeRange.Between(at, at.AddHours(1)), step).Steps.ShouldHaveSingleItem().IsPartial.ShouldBeTrue();
    }

    [Fact]
    public void A_step_without_completions_is_there()
    {
        _table.Add(Made("a", createdAt: Now.AddHours(-5)), 1);
        _table.Add(Made("b", createdAt: Now.AddHours(-1)), 2);
        Answer(TimeRange.Between(Now.AddHours(-6), Now), "hour").Steps.Select(s => s.Figures.Overall.Total).ShouldBe([0, 1, 0, 0, 0, 1]);
    }

    [Fact]
    public void The_step_that_runs_has_no_end_and_holds_what_is_ahead_of_the_clock()
    {
        _table.Add(Made("ahead", createdAt: Now.AddMinutes(4)), 1);
        var steps = Answer(TimeRange.Rolling(TimeSpan.FromMinutes(3)), "minute").Steps;
        steps.Select(s => (s.Figures.To, s.IsPartial)).ShouldBe([(Now.AddMinutes(-2), false), (Now.AddMinutes(-1), false), (Now, false), (null, true)]);
        steps[^1].Figures.Overall.Total.ShouldBe(1);
    }

    [Fact]
    public void A_range_without_begin_begins_with_the_step_of_its_first_completion()
    {
        Answer(TimeRange.Between(null, Now), "day").Steps.ShouldHaveSingleItem().Figures.From.ShouldBe(Now.AddDays(-1));
        _table.Add(Made("a", createdAt: Now.AddDays(-3).AddHours(1)), 1);
        var steps = Answer(TimeRange.Between(null, Now), "day").Steps;
        (steps.Count, steps[0].Figures.From, steps[0].IsPartial).ShouldBe((3, Now.AddDays(-3), false));
    }

    [Fact]
    public void The_ends_of_the_calendar_are_ends()
    {
        _table.Add(Made("first", createdAt: DateTimeOffset.MinValue), 1);
        _table.Add(Made("last", createdAt: DateTimeOffset.MaxValue), 2);
        foreach (var step in CalendarStep.All)
        {
            Answer(TimeRange.Between(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddSeconds(1)), step.Name).Steps.Single().Figures.Overall.Total.ShouldBe(1);
            Answer(TimeRange.Between(DateTimeOffset.MaxValue.AddSeconds(-1), null), step.Name).Steps.Single().Figures.Overall.Total.ShouldBe(1);
            Answer(TimeRange.Between(null, DateTimeOffset.MinValue), step.Name).Steps.ShouldBeEmpty();
            Answer(TimeRange.Between(Now, Now), step.Name).Steps.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Too_many_steps_are_refused_with_the_shortest_that_are_not()
    {
        var limit = Refusal(new SeriesQuery(new MetricsQuery(TimeRange.Rolling(TimeSpan.FromDays(7))), Step("minute")));
        limit.ShouldBe(new SeriesLimit(Step("minute"), 10_081, null, Step("15m")));
    }

    [Fact]
    public void Too_many_groups_are_refused_or_avoided_with_longer_steps()
    {
        for (var i = 0; i < 96; i++) _table.Add(Made("t", type: $"type-{i % 4}", createdAt: Now.AddMinutes(-15 * i)), i);
        var query = new SeriesQuery(new MetricsQuery(TimeRange.Rolling(TimeSpan.FromDays(1))) { GroupBy = [Dimension.TaskType] }, Step("hour")) { MaxGroups = 60 };
        Refusal(query).ShouldBe(new SeriesLimit(Step("hour"), 25, 4, Step("6h")));
        _table.Answer(query with { Step = Step("6h") }, Now, out _)!.Steps.Sum(s => s.Figures.Groups[Dimension.TaskType].Groups.Count).ShouldBe(17);
        _table.Answer(query with { Step = null }, Now, out _)!.Step.ShouldBe(Step("6h"));
        Refusal(query with { MaxGroups = 3, Step = null }).ShouldBe(new SeriesLimit(Step("month"), 2, 4, null));
    }

    [Fact]
    public void Values_are_capped_in_each_step()
    {
        for (var i = 0; i < 8; i++) _table.Add(Made("t", type: $"type-{i}", createdAt: Now.AddHours(i < 6 ? -2 : -1)), i);
        var query = new MetricsQuery(TimeRange.Between(Now.AddHours(-2), Now)) { GroupBy = [Dimension.TaskType], MaxGroups = 2 };
        var steps = _table.Answer(new SeriesQuery(query, Step("hour")), Now, out _)!.Steps;
        steps.Select(s => string.Join(',', s.Figures.Groups[Dimension.TaskType].Groups.Select(g => g.Key))).ShouldBe(["(other),type-0,type-1", "type-6,type-7"]);
    }

    private static DateTimeOffset Day(string text) => DateTimeOffset.Parse(text + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static CalendarStep Step(string name)
    {
        CalendarStep.TryParse(name, out var step).ShouldBeTrue();
        return step!;
    }

    private SeriesResult Answer(TimeRange range, string? step = null) =>
        _table.Answer(new SeriesQuery(new MetricsQuery(range), step is null ? null : Step(step)), Now, out _).ShouldNotBeNull();

    private SeriesLimit Refusal(SeriesQuery query)
    {
        _table.Answer(query, Now, out var limit).ShouldBeNull();
        return limit.ShouldNotBeNull();
    }
}
