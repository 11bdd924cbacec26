using System.Text.Json;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Tests.Aggregation;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>Every figure against a naive recount of what was sent, and the replayed state against the live one.</summary>
public sealed class RecountTests(ITestOutputHelper output)
{
    private static readonly TimeRange Week = TimeRange.Rolling(CompletionTable.DefaultWindow);

    // The default window is kept row by row for some groups and looked for in the columns for others.
    private static readonly MetricsQuery[] OfDefaultWindow =
    [
        new(Week) { GroupBy = [Dimension.TaskType, Dimension.Model, Dimension.PromptVariant], GroupPercentiles = true },
        new(Week) { GroupBy = Dimensions.All, GroupPercentiles = true },
        new(Week) { GroupBy = Dimensions.All, Detail = true },
    ];

    private long _questions;
    private long _rows;

    [Fact]
    public async Task Every_figure_is_what_counting_by_hand_gives_before_and_after_a_restart()
    {
        var cases = ProofSize.Cases(300, 20_000);
        await Seeds.ForEachAsync(cases, HoldsAsync);
        output.WriteLine($"{cases} histories, {_questions} questions, {_rows} completions in their answers");
    }

    private async Task HoldsAsync(int seed)
    {
        using var history = new RecordedHistory(seed);
        var places = new Dictionary<long, long>();
        for (var part = 0; part < 2; part++)
        {
            for (var i = 0; i < 12; i++) await history.StepAsync();
            var questions = Enumerable.Range(0, 4).Select(_ => Question(history)).Concat(OfDefaultWindow).ToList();
            foreach (var question in questions) Judge(history, question, places);
            var live = questions.ConvertAll(q => JsonSerializer.Serialize(history.Answer(q)));
            history.Restart();
            questions.ConvertAll(q => JsonSerializer.Serialize(history.Answer(q))).ShouldBe(live);
        }
        places.OrderBy(p => p.Key).Select(p => p.Value).ShouldBeInOrder(SortDirection.Ascending);
    }

    private void Judge(RecordedHistory history, MetricsQuery question, Dictionary<long, long> places)
    {
        var answer = history.Answer(question);
        var rows = Recount.InWindow(history.Rows, question.Range, history.Now).Where(r => Recount.Passes(r.Completion, question.Filters)).ToList();
        Compare(answer.Overall, Recount.Asked(Recount.Figures(rows, history.Reworked), question, percentiles: true), places);
        foreach (var dimension in question.GroupBy)
        {
            var expected = Recount.Groups(rows, dimension, question.MaxGroups);
            var actual = answer.Groups[dimension];
            actual.Folded.ShouldBe(expected.Folded);
            actual.Groups.Select(g => g.Key).ShouldBe(expected.Groups.Select(g => g.Key));
            var percentiles = question.GroupPercentiles || question.Detail;
            foreach (var (group, same) in actual.Groups.Zip(expected.Groups))
                Compare(group.Value, Recount.Asked(Recount.Figures(same.Rows, history.Reworked), question, percentiles), places);
        }
        Interlocked.Increment(ref _questions);
        Interlocked.Add(ref _rows, rows.Count);
    }

    private static void Compare(GroupFigures actual, GroupFigures expected, Dictionary<long, long> places)
    {
        if (actual.Detail is not { } detail || expected.Detail is not { } wanted)
        {
            actual.ShouldBe(expected);
            return;
        }
        detail.Outcomes.OrderBy(o => o.Key).ShouldBe(wanted.Outcomes.OrderBy(o => o.Key));
        var placed = actual with
        {
            P50 = Placed(actual.P50, expected.P50, places),
            P95 = Placed(actual.P95, expected.P95, places),
            Detail = detail with
            {
                Outcomes = wanted.Outcomes,
                P90 = Placed(detail.P90, wanted.P90, places),
                P99 = Placed(detail.P99, wanted.P99, places),
                Min = Placed(detail.Min, wanted.Min, places),
                Max = Placed(detail.Max, wanted.Max, places),
            },
        };
        placed.ShouldBe(expected);
    }

    // Where a line stands is not known out here, but it must always be the same place, and places go up with the turns in the log.
    private static RankedValue? Placed(RankedValue? actual, RankedValue? expected, Dictionary<long, long> places)
    {
        if (actual is not { Place: { } place } value || expected is not { Place: { } wanted }) return actual;
        places.TryAdd(wanted, place);
        return place == places[wanted] ? value with { Place = wanted } : value;
    }

    private static MetricsQuery Question(RecordedHistory history) => new(Range(history))
    {
        Filters = [.. Dimensions.All.Where(_ => history.Random.Next(24) == 0).Select(d => new DimensionFilter(d, Values(history, d)))],
        GroupBy = [.. Dimensions.All.Where(_ => history.Random.Next(5) == 0)],
        MaxGroups = history.Random.Next(1, 5),
        GroupPercentiles = history.Random.Next(2) == 0,
        Detail = history.Random.Next(2) == 0,
    };

    // Edges fall on completions, one tick or one millisecond beside them, and anywhere.
    private static TimeRange Range(RecordedHistory history)
    {
        var random = history.Random;
        var (since, until) = (Edge(history), Edge(history));
        if (random.Next(2) == 0 && since < history.Now) return TimeRange.Rolling(history.Now - since);
        if (since > until) (since, until) = (until, since);
        return TimeRange.Between(random.Next(4) == 0 ? null : since, random.Next(4) == 0 ? null : until);
    }

    private static DateTimeOffset Edge(RecordedHistory history)
    {
        var random = history.Random;
        var rows = history.Rows.ToList();
        var edge = rows.Count == 0 || random.Next(5) == 0
            ? history.Now.AddMinutes(-random.Next(1, 15_000))
            : rows[random.Next(rows.Count)].Completion.CreatedAt;
        return edge.AddTicks(random.Next(5) switch { 0 => 1, 1 => -1, 2 => TimeSpan.TicksPerMillisecond, _ => 0 });
    }

    private static List<string> Values(RecordedHistory history, Dimension dimension) =>
        [.. history.Rows.Select(r => Recount.Value(r.Completion, dimension)).OfType<string>().Append("nobody").Distinct()
            .Where(_ => history.Random.Next(2) == 0).OrderBy(_ => history.Random.Next())];
}
