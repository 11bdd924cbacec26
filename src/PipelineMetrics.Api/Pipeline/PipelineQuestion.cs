using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Pipeline;

/// <summary>Which facts the figures of the pipeline are asked about.</summary>
/// <param name="Scope">The range.</param>
/// <param name="Rolling">The length of a range that rolls to now; null for any other.</param>
/// <param name="MovesWithTheClock">Whether the same words mean another range at every moment.</param>
internal sealed record PipelineQuestion(PipelineScope Scope, TimeSpan? Rolling, bool MovesWithTheClock)
{
    /// <summary>The parameters, for the reference.</summary>
    public static IReadOnlyList<TakesParameter> Described { get; } =
    [
        new("window", "Facts of this long until now, or until `as_of`: 90s, 30m, 24h, 7d or 2w. Default: all facts."),
        new("window_days", "The same in days, 1 to 90."),
        new("since", "The first instant that is in, RFC 3339, or a length back from now."),
        new("until", "The first instant that is out again, likewise."),
        new("as_of", "What was known then: facts whose own time is not after this instant, RFC 3339."),
    ];

    /// <summary>Reads the parameters; what is wrong goes to the reader, whose problem then is the answer.</summary>
    public static PipelineQuestion Read(QueryReader query, DateTimeOffset now)
    {
        var range = TimeRangeParameters.Read(query, now, TimeRange.Between(null, null), out var movesWithTheClock);
        var asOf = AsOf(query, range);
        if (range.Length is { } length && asOf is null) return new PipelineQuestion(new PipelineScope(Back(now, length), null), length, false);
        var since = range.Length is { } window ? Back(asOf!.Value, window) : range.Since;
        if (since > asOf) query.Add("as_of", "must not be before since", Instant.ToText(asOf!.Value));
        // The last instant before one that is out.
        var last = asOf ?? (range.Until > DateTimeOffset.MinValue ? range.Until.Value.AddTicks(-1) : range.Until);
        return new PipelineQuestion(new PipelineScope(since, last), null, movesWithTheClock);
    }

    /// <summary>The range at a moment.</summary>
    public PipelineScope At(DateTimeOffset now) => Rolling is { } length ? new PipelineScope(Back(now, length), null) : Scope;

    /// <summary>Until when an answer holds, as long as nothing is recorded.</summary>
    /// <param name="firstAt">The time of the oldest fact in it, the first to leave.</param>
    public DateTimeOffset HoldsUntil(DateTimeOffset? firstAt) =>
        Rolling is not { } length || firstAt is not { } first || DateTimeOffset.MaxValue - first < length ? DateTimeOffset.MaxValue : first + length;

    private static DateTimeOffset? AsOf(QueryReader query, TimeRange range)
    {
        if (query.One("as_of") is not { } text) return null;
        if (range.Until is not null) query.Add("as_of", "must not be given together with until", text);
        if (Instant.TryParse(text, out var instant)) return instant;
        query.Add("as_of", "must be an RFC 3339 instant with an offset (encode a + as %2B)", text);
        return null;
    }

    private static DateTimeOffset Back(DateTimeOffset from, TimeSpan length) =>
        from - DateTimeOffset.MinValue < length ? DateTimeOffset.MinValue : from - length;
}
