using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>A completion with its place, as the naive recount keeps it.</summary>
internal sealed record Row(Completion Completion, long Place);

/// <summary>The figures counted the obvious way, over a list. Written from the definitions, sharing nothing with what it judges.</summary>
internal static class Recount
{
    public static List<Row> InWindow(IEnumerable<Row> rows, TimeRange range, DateTimeOffset now) => rows.Where(r =>
        range.Length is { } length
            ? r.Completion.CreatedAt >= now - length
            : (range.Since is null || r.Completion.CreatedAt >= range.Since) && (range.Until is null || r.Completion.CreatedAt < range.Until)).ToList();

    public static bool Passes(Completion c, IEnumerable<DimensionFilter> filters) =>
        filters.All(f => Value(c, f.Dimension) is { } value && f.Values.Contains(value));

    public static string? Value(Completion c, Dimension dimension) => dimension switch
    {
        Dimension.TaskType => c.TaskType,
        Dimension.Model => c.Model,
        Dimension.PromptVariant => c.PromptVariant,
        Dimension.Harness => c.Harness,
        Dimension.Provider => c.Provider,
        Dimension.ChainId => c.ChainId,
        Dimension.RequestId => c.RequestId,
        Dimension.Runner => c.Runner,
        Dimension.Role => c.Role,
        Dimension.Executor => c.Executor,
        Dimension.Language => c.Language,
        Dimension.Complexity => c.Complexity,
        Dimension.RepoSizeCategory => c.RepoSizeCategory,
        Dimension.SkillVersion => c.SkillVersion,
        Dimension.Status => c.Status.ToString().ToLowerInvariant(),
        Dimension.Outcome => c.Outcome.ToString().ToLowerInvariant(),
        Dimension.Source => c.Source,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    /// <summary>The most frequent values, then the rest as one group; by the key that is shown, ordinal.</summary>
    public static (List<(string Key, List<Row> Rows)> Groups, int Folded) Groups(List<Row> rows, Dimension dimension, int maxGroups)
    {
        var values = rows.Select(r => Value(r.Completion, dimension)).OfType<string>().Distinct()
            .Select(v => (Key: v, Rows: rows.Where(r => Value(r.Completion, dimension) == v).ToList())).ToList();
        values.Sort((a, b) => a.Rows.Count != b.Rows.Count ? b.Rows.Count - a.Rows.Count : string.CompareOrdinal(a.Key, b.Key));
        var groups = values.Take(maxGroups).Select(g => (Key: g.Key[0] == '(' ? "(" + g.Key : g.Key, g.Rows)).ToList();
        var rest = values.Skip(maxGroups).ToList();
        if (rest.Count > 0) groups.Add(("(other)", [.. rest.SelectMany(g => g.Rows)]));
        groups.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return (groups, rest.Count);
    }

    /// <summary>Compares an answer with what the rows come to, as far as the question asks for it.</summary>
    public static void ShouldEqual(MetricsResult answer, List<Row> rows, MetricsQuery query, IReadOnlySet<TaskKey> reworked)
    {
        ShouldEqual(answer.Overall, Asked(Figures(rows, reworked), query, percentiles: true));
        answer.Groups.Keys.Order().ShouldBe(query.GroupBy.Distinct().Order());
        foreach (var dimension in query.GroupBy)
        {
            var expected = Groups(rows, dimension, query.MaxGroups);
            answer.Groups[dimension].Folded.ShouldBe(expected.Folded);
            answer.Groups[dimension].Groups.Select(g => g.Key).ShouldBe(expected.Groups.Select(g => g.Key));
            foreach (var (group, same) in answer.Groups[dimension].Groups.Zip(expected.Groups))
                ShouldEqual(group.Value, Asked(Figures(same.Rows, reworked), query, query.GroupPercentiles || query.Detail));
        }
    }

    /// <summary>The part of the figures that a question asks for.</summary>
    public static GroupFigures Asked(GroupFigures all, MetricsQuery query, bool percentiles) => query.Detail ? all : all with
    {
        P50 = percentiles && all.P50 is { } p50 ? p50 with { Place = null } : null,
        P95 = percentiles && all.P95 is { } p95 ? p95 with { Place = null } : null,
        Detail = null,
    };

    private static void ShouldEqual(GroupFigures actual, GroupFigures expected)
    {
        if (expected.Detail is null || actual.Detail is null)
        {
            actual.ShouldBe(expected);
            return;
        }
        actual.Detail.Outcomes.OrderBy(o => o.Key).ShouldBe(expected.Detail.Outcomes.OrderBy(o => o.Key));
        (actual with { Detail = actual.Detail with { Outcomes = expected.Detail.Outcomes } }).ShouldBe(expected);
    }

    /// <summary>Every figure and bound as text, to compare two answers.</summary>
    public static string Text(MetricsResult result) => System.Text.Json.JsonSerializer.Serialize(new
    {
        result.From,
        result.To,
        result.Overall,
        Groups = result.Groups.OrderBy(g => g.Key).Select(g => new { g.Key, g.Value }),
    });

    public static GroupFigures Figures(IReadOnlyList<Row> rows, IReadOnlySet<TaskKey> reworked)
    {
        var counted = rows.Where(r => r.Completion.Outcome != Outcome.Cancelled).ToList();
        var timed = counted.Where(r => r.Completion.DurationMs is not null)
            .OrderBy(r => r.Completion.DurationMs).ThenBy(r => r.Place).ToList();
        return new GroupFigures
        {
            Completed = counted.Count(r => r.Completion.Status == CompletionStatus.Completed),
            Failed = counted.Count(r => r.Completion.Status == CompletionStatus.Failed),
            Duration = Sum(counted, c => c.DurationMs),
            P50 = AtRank(timed, 50),
            P95 = AtRank(timed, 95),
            Detail = Detail(rows, timed, reworked),
        };
    }

    private static DetailFigures Detail(IReadOnlyList<Row> rows, List<Row> timed, IReadOnlySet<TaskKey> reworked) => new()
    {
        Outcomes = Enum.GetValues<Outcome>().ToDictionary(o => o, o => rows.LongCount(r => r.Completion.Outcome == o)),
        Inferred = rows.Count(r => r.Completion.OutcomeInferred == true),
        P90 = AtRank(timed, 90),
        P99 = AtRank(timed, 99),
        Min = AtRank(timed, 0),
        Max = AtRank(timed, 100),
        FirstPass = rows.Count(r => r.Completion.Status == CompletionStatus.Completed && (r.Completion.RetryCount ?? 0) == 0
            && !reworked.Contains(new TaskKey(r.Completion.ChainId, r.Completion.TaskId))),
        Retries = Sum(rows, c => c.RetryCount),
        InputTokens = Sum(rows, c => c.ActualInputTokens),
        OutputTokens = Sum(rows, c => c.ActualOutputTokens),
        CacheReadTokens = Sum(rows, c => c.CacheReadTokens),
        CacheWriteTokens = Sum(rows, c => c.CacheWriteTokens),
        ReasoningTokens = Sum(rows, c => c.ReasoningTokens),
        Cost = Sum(rows, c => c.ActualCostUsdMicros),
        EstimatedCosts = rows.Count(r => r.Completion.ActualCostUsdMicros is not null && r.Completion.CostSource == CostSource.Estimated),
        GatesKnown = rows.Count(r => r.Completion.QualityGatePassed is not null || r.Completion.QualityGatesRun is not null),
        GatesFailed = rows.Count(r => r.Completion.QualityGatePassed == false || r.Completion.QualityGatesFailed is { Count: > 0 }),
        QueueWait = Sum(rows, c => c.QueueWaitMs),
        InputTokensError = Error(rows, c => c.EstimatedInputTokens, c => c.ActualInputTokens),
        OutputTokensError = Error(rows, c => c.EstimatedOutputTokens, c => c.ActualOutputTokens),
        CostError = Error(rows, c => c.EstimatedCostUsdMicros, c => c.ActualCostUsdMicros),
    };

    private static EstimateError Error(IReadOnlyList<Row> rows, Func<Completion, long?> estimate, Func<Completion, long?> actual)
    {
        var judged = rows.Where(r => r.Completion.Outcome != Outcome.Cancelled)
            .Select(r => (Estimated: estimate(r.Completion), Actual: actual(r.Completion))).Where(e => e is { Estimated: not null, Actual: not null }).ToList();
        var errors = judged.Where(e => e.Actual > 0)
            .Select(e => (long)Math.Round(Math.Abs((decimal)(e.Estimated!.Value - e.Actual!.Value)) * 10_000 / e.Actual.Value, MidpointRounding.AwayFromZero)).ToList();
        return new EstimateError(judged.Count, judged.Sum(e => e.Estimated!.Value), judged.Sum(e => e.Actual!.Value), NearestRank(errors, 50));
    }

    /// <summary>The smallest of these numbers with at least p percent of them at or below it; null when there are none.</summary>
    public static long? NearestRank(List<long> numbers, int percent) =>
        numbers.Order().Select(n => (long?)n).FirstOrDefault(n => numbers.Count(other => other <= n) * 100L >= (long)percent * numbers.Count);

    // Nearest rank: the first value that has at least p of the values at or below it.
    private static RankedValue? AtRank(List<Row> timed, int percent)
    {
        for (var i = 0; i < timed.Count; i++)
        {
            var atOrBelow = timed.Count(r => r.Completion.DurationMs <= timed[i].Completion.DurationMs);
            if (atOrBelow * 100L >= (long)percent * timed.Count) return new RankedValue(timed[i].Completion.DurationMs!.Value, timed[i].Place);
        }
        return null;
    }

    private static Sum Sum(IReadOnlyList<Row> rows, Func<Completion, long?> number) =>
        new(rows.Sum(r => number(r.Completion) ?? 0), rows.Count(r => number(r.Completion) is not null));
}
