using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>A series says for every step what one question about that step is answered, and its steps are those of the calendar.</summary>
public sealed class SeriesTests
{
    private static readonly TimeSpan[] Spreads = [TimeSpan.FromMinutes(40), TimeSpan.FromDays(2), TimeSpan.FromDays(60), TimeSpan.FromDays(900)];

    [Fact]
    public void Every_step_is_what_one_question_about_it_is_answered_and_what_counting_by_hand_gives() => ForAnySeries((history, query, series) =>
    {
        foreach (var step in series.Steps)
        {
            var asked = query.Figures with { Range = TimeRange.Between(step.Figures.From, step.Figures.To) };
            Recount.Text(step.Figures).ShouldBe(Recount.Text(history.Table.Answer(asked, Now)));
            var rows = Recount.InWindow(history.Current.Values, asked.Range, Now).Where(r => Recount.Passes(r.Completion, asked.Filters)).ToList();
            Recount.ShouldEqual(step.Figures, rows, asked, history.Reworked);
        }
    });

    [Fact]
    public void The_steps_are_those_of_the_calendar_without_a_gap_and_only_the_ends_are_cut() => ForAnySeries((_, query, series) =>
    {
        var steps = series.Steps;
        for (var i = 0; i < steps.Count; i++)
        {
            var (from, to) = (steps[i].Figures.From!.Value, steps[i].Figures.To);
            var (begin, end) = NaiveCalendar.StepOf(series.Step.Name, from);
            if (i > 0) from.ShouldBe(begin);
            if (i < steps.Count - 1) to.ShouldBe(steps[i + 1].Figures.From);
            if (to is not null) to.Value.ShouldBeInRange(from.AddTicks(1), end);
            steps[i].IsPartial.ShouldBe(from != begin || to != end);
        }
        steps[^1].Figures.To.ShouldBe(query.Figures.Range.Until is { } until ? Ceiling(until) : null);
        if (query.Figures.Range is { Until: null } range) NaiveCalendar.StepOf(series.Step.Name, steps[^1].Figures.From!.Value).End.ShouldBeGreaterThan(Now);
    });

    [Fact]
    public void Together_the_steps_have_what_the_whole_range_has() => ForAnySeries((history, query, series) =>
    {
        var whole = history.Table.Answer(query.Figures, Now).Overall;
        series.Steps.Sum(s => s.Figures.Overall.Total).ShouldBe(whole.Total);
        series.Steps.Sum(s => s.Figures.Overall.Duration.Total).ShouldBe(whole.Duration.Total);
        (series.Steps.Sum(s => s.Figures.Overall.Detail?.Retries.Total) ?? 0).ShouldBe(whole.Detail?.Retries.Total ?? 0);
    });

    [Fact]
    public void While_it_holds_a_series_is_the_same_and_then_it_is_not() => ForAnyHistory((history, random) =>
    {
        var query = Query(history, random);
        var now = Now.AddTicks(random.NextInt64(-TimeSpan.TicksPerHour, TimeSpan.TicksPerHour * 2));
        if (history.Table.Answer(query, now, out _) is not { } series) return;
        if (series.HoldsUntil - now > TimeSpan.FromDays(4000)) return;
        var between = now + ((series.HoldsUntil - now) * random.NextDouble());
        Text(history.Table.Answer(query, between, out _)).ShouldBe(Text(series));
        Text(history.Table.Answer(query, series.HoldsUntil, out _)).ShouldBe(Text(series));
        Text(history.Table.Answer(query, series.HoldsUntil.AddTicks(1), out _)).ShouldNotBe(Text(series));
    });

    [Fact]
    public void The_same_facts_in_a_new_table_give_the_same_series() => ForAnySeries((history, query, series) =>
        Text(history.Again().Answer(query, Now, out _)).ShouldBe(Text(series)));

    private static SeriesQuery Query(RandomHistory history, Random random)
    {
        var range = (random.Next(4), Edge(history, random), Edge(history, random)) switch
        {
            (0, var since, _) when since < Now => TimeRange.Rolling(Now - since),
            (1, var since, _) => TimeRange.Between(since, null),
            (2, _, var until) => TimeRange.Between(null, until),
            var (_, a, b) => a < b ? TimeRange.Between(a, b) : TimeRange.Between(b, a.AddMilliseconds(1)),
        };
        return new SeriesQuery(history.Query() with { Range = range }, random.Next(4) == 0 ? null : CalendarStep.All[random.Next(CalendarStep.All.Count)])
        {
            MaxSteps = 300,
        };
    }

    // On a completion, beside one, on an edge of the calendar, and anywhere.
    private static DateTimeOffset Edge(RandomHistory history, Random random)
    {
        var rows = history.Current.Values.ToList();
        var at = rows.Count == 0 ? Now.AddDays(-random.Next(1, 3)) : rows[random.Next(rows.Count)].Completion.CreatedAt;
        return random.Next(5) switch
        {
            0 => at,
            1 => at.AddTicks(5000),
            2 => at.AddMilliseconds(1),
            3 => NaiveCalendar.StepOf(CalendarStep.All[random.Next(CalendarStep.All.Count)].Name, at).Begin,
            _ => at.AddTicks(random.NextInt64(-TimeSpan.TicksPerHour, TimeSpan.TicksPerHour)),
        };
    }

    private static DateTimeOffset Ceiling(DateTimeOffset at) => at.Ticks % 10_000 == 0 ? at : at.AddTicks(10_000 - (at.Ticks % 10_000));

    private static string? Text(SeriesResult? series) =>
        series is null ? null : $"{series.Step} {string.Join('\n', series.Steps.Select(s => $"{s.IsPartial} {s.Figures.From:O} {s.Figures.To:O} {Recount.Text(s.Figures)}"))}";

    private static void ForAnySeries(Action<RandomHistory, SeriesQuery, SeriesResult> holds) => ForAnyHistory((history, random) =>
    {
        var query = Query(history, random);
        if (history.Table.Answer(query, Now, out var limit) is { } series) holds(history, query, series);
        else limit!.Steps.ShouldBeGreaterThan(query.MaxSteps);
    });

    private static void ForAnyHistory(Action<RandomHistory, Random> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(ProofSize.Cases(150, 20_000)),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            holds(new RandomHistory(seed, random.Next(0, 40), Spreads[random.Next(Spreads.Length)]), random);
            return true;
        }));
}
