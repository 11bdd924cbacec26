namespace PipelineMetrics.Aggregation;

/// <summary>Answers a series: chooses its steps, keeps it short, and puts what the scan finds between the edges of the calendar.</summary>
/// <param name="query">The question.</param>
/// <param name="columns">All rows.</param>
/// <param name="rows">The rows in range.</param>
/// <param name="state">What decides about the answer.</param>
/// <param name="span">Where its steps lie.</param>
internal sealed class Series(SeriesQuery query, Columns columns, Selected rows, MetricsState state, SeriesSpan span)
{
    /// <summary>The answer; null when it would be too long, and then why.</summary>
    public SeriesResult? Answer(out SeriesLimit? limit)
    {
        if (query.Step is { } asked) return Answer(asked, out limit);
        limit = null;
        // The last one is tried in any case, for its reason.
        foreach (var step in CalendarStep.All.Where(s => span.CountOf(s) <= SeriesQuery.EnoughSteps || s == CalendarStep.All[^1]))
        {
            if (Answer(step, out limit) is { } answer) return answer;
        }
        return null;
    }

    private SeriesResult? Answer(CalendarStep step, out SeriesLimit? limit)
    {
        var count = span.CountOf(step);
        limit = count > query.MaxSteps ? new SeriesLimit(step, count, null, Shortest(step, s => span.CountOf(s) <= query.MaxSteps)) : null;
        if (limit is not null) return null;
        var edges = span.EdgesOf(step);
        if (edges.Length == 0) return new SeriesResult(state, step, []);
        var scan = new SeriesScan(query.Figures, columns, rows, edges);
        if (scan.Figures(query.MaxGroups) is not { } figures)
        {
            limit = new SeriesLimit(step, count, scan.MostGroupsOfAStep, Shortest(step, s => (span.CountOf(s) + 1) * scan.MostGroupsOfAStep <= query.MaxGroups));
            return null;
        }
        var steps = figures.Select((f, i) => new SeriesStep(
            new MetricsResult(state, At(edges[i]), At(edges[i + 1]), f.Overall, f.Groups), !step.IsWhole(edges[i], edges[i + 1])));
        return new SeriesResult(state, step, [.. steps]) { HoldsUntil = span.HoldsUntil(step) };
    }

    private static CalendarStep? Shortest(CalendarStep longerThan, Func<CalendarStep, bool> isShortEnough) =>
        CalendarStep.All.SkipWhile(s => s != longerThan).Skip(1).FirstOrDefault(isShortEnough);

    private static DateTimeOffset? At(long ms) => ms == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
