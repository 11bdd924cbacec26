using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;

namespace PipelineMetrics.Api.Metrics;

/// <summary>Reads the parameters of the figures.</summary>
internal static class MetricsParameters
{
    private static readonly Dimension[] Contract = [Dimension.TaskType, Dimension.Model, Dimension.PromptVariant];

    // The words of spec 026; an unknown one shows everything, as its consumers expect.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["time"] = "execution_time",
        ["success"] = "success_rate",
        ["by_task_type"] = "by_task_type",
        ["by_model"] = "by_model",
    };

    /// <summary>All parameters, for the reference.</summary>
    public static IEnumerable<object> Described => DescribedWith(
        new TakesParameter("metric", "Only one key: time, success, by_task_type or by_model. Anything else shows everything."));

    /// <summary>The parameters of every question about the figures and one of its own, for the reference.</summary>
    public static IEnumerable<object> DescribedWith(TakesParameter own) =>
    [
        new TakesParameter("window", "A window that rolls to now: 90s, 30m, 24h, 7d, 2w; default 7d."),
        new TakesParameter("window_days", "The same in days, 1 to 90."),
        new TakesParameter("since", "Instead of a window: from this instant on (RFC 3339), or this long back from now (24h)."),
        new TakesParameter("until", "Instead of a window: before this instant, or this long back from now."),
        new TakesParameter(
            "group_by", $"Adds by_<dimension>, with percentiles; several with commas. One of {string.Join(", ", Dimensions.All.Select(Dimensions.NameOf))}.", Repeatable: true),
        own,
        new TakesParameter("detail", "full: adds percentiles with the completion that is each of them, counts by outcome, tokens, cost and more to every group."),
        new TakesParameter("If-None-Match", "The ETag of an earlier answer to the same question; 304 when no figure can have changed.", IsHeader: true),
        .. Dimensions.All.Select(d => new TakesParameter(
            Dimensions.NameOf(d), $"Only completions with this {Dimensions.NameOf(d)}; several are alternatives.", Repeatable: true)),
    ];

    public static MetricsQuestion Read(QueryReader query, DateTimeOffset now, out IResult? refusal)
    {
        var asked = ReadFigures(query, now, out var movesWithTheClock);
        var only = query.One("metric") is { } metric ? Keys.GetValueOrDefault(metric) : null;
        refusal = query.Refusal();
        return new MetricsQuestion(asked with { GroupBy = [.. Contract.Union(asked.GroupBy)] }, only, asked.GroupBy, movesWithTheClock);
    }

    /// <summary>Which completions are asked about, in which groups, and in what detail: the same for every question about the figures.</summary>
    public static MetricsQuery ReadFigures(QueryReader query, DateTimeOffset now, out bool movesWithTheClock)
    {
        var range = TimeRangeParameters.Read(query, now, TimeRange.Rolling(CompletionTable.DefaultWindow), out movesWithTheClock);
        var filters = Filters(query);
        var groupBy = GroupBy(query);
        var detail = query.One("detail");
        if (detail is not (null or "full")) query.Add("detail", "must be full", detail);
        return new MetricsQuery(range) { Filters = filters, GroupBy = groupBy, GroupPercentiles = groupBy.Count > 0, Detail = detail is not null };
    }

    private static List<DimensionFilter> Filters(QueryReader query)
    {
        var filters = new List<DimensionFilter>();
        foreach (var dimension in Dimensions.All)
        {
            var values = query.Many(Dimensions.NameOf(dimension));
            if (values.Count > 0) filters.Add(new DimensionFilter(dimension, values));
        }
        return filters;
    }

    private static List<Dimension> GroupBy(QueryReader query)
    {
        var dimensions = new List<Dimension>();
        foreach (var name in query.Many("group_by").SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (Dimensions.TryParse(name, out var dimension)) dimensions.Add(dimension);
            else query.Add("group_by", $"must be one of {string.Join(", ", Dimensions.All.Select(Dimensions.NameOf))}", name);
        }
        return [.. dimensions.Distinct()];
    }
}
