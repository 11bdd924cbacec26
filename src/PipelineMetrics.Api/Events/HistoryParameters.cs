using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.History;

namespace PipelineMetrics.Api.Events;

/// <summary>Reads which part of the history is asked for.</summary>
internal static class HistoryParameters
{
    public const int MaxLimit = 1000;
    public const int DefaultLimit = 100;
    private const string Latest = "latest";

    /// <summary>The parameters that choose lines and where to begin, for the reference.</summary>
    public static IEnumerable<object> Described =>
    [
        .. Filters,
        new TakesParameter("cursor", "Begins behind this place: the `next` of the page before, a `seq`, or `latest` for the end."),
    ];

    /// <summary>The parameters that choose lines, for the reference.</summary>
    public static IEnumerable<object> Filters =>
    [
        new TakesParameter("event_type", "This type only; a completion is task:completed or task:failed; several are alternatives.", Repeatable: true),
        new TakesParameter("entity_type", "Only what is about a task, chain, request, runner; several are alternatives.", Repeatable: true),
        new TakesParameter("entity_id", "Only what is about the one with this id; several are alternatives.", Repeatable: true),
        new TakesParameter("task_id", "Only what is about this task, in any chain; several are alternatives.", Repeatable: true),
        new TakesParameter("chain_id", "Only what is about this chain or its tasks; several are alternatives.", Repeatable: true),
        new TakesParameter("request_id", "Only what is about this change request or came of it; several are alternatives.", Repeatable: true),
        new TakesParameter("since", "Only what happened from this instant on (RFC 3339), or this long back from now (24h)."),
        new TakesParameter("until", "Only what happened before this instant, or this long back from now."),
        new TakesParameter("window", "The same as since with a length: 90s, 30m, 24h, 7d, 2w."),
        new TakesParameter("window_days", "The same in days, 1 to 90."),
    ];

    /// <summary>Which lines are wanted. What is wrong goes to the reader, whose problem then is the answer.</summary>
    public static HistoryFilter Filter(QueryReader query, DateTimeOffset now)
    {
        var range = TimeRangeParameters.Read(query, now, TimeRange.Between(null, null), out _);
        return new HistoryFilter
        {
            EventTypes = query.Many("event_type"),
            EntityTypes = query.Many("entity_type"),
            EntityIds = query.Many("entity_id"),
            TaskIds = query.Many("task_id"),
            ChainIds = query.Many("chain_id"),
            RequestIds = query.Many("request_id"),
            Since = range.Length is { } length ? now - length : range.Since,
            Until = range.Until,
        };
    }

    /// <summary>Where to begin; null when nothing is said.</summary>
    public static HistoryPosition? Cursor(QueryReader query, HistoryReader history)
    {
        if (query.One("cursor") is not { } text) return null;
        if (text == Latest) return new HistoryPosition(history.LastSeq);
        if (HistoryPosition.TryParse(text, out var position)) return position;
        query.Add("cursor", $"must be the 'next' of the page before, a seq, or {Latest}", text);
        return null;
    }

    /// <summary>Whether a word was said; anything but it, or nothing, is an error.</summary>
    public static bool Flag(QueryReader query, string name, string yes, string no)
    {
        var said = query.One(name);
        if (said is not null && said != yes && said != no) query.Add(name, $"must be {yes} or {no}", said);
        return said == yes;
    }
}
