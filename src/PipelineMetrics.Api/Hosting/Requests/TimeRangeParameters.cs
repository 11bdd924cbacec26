using System.Globalization;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Time ranges, the same everywhere: <c>window=7d</c> rolls to now; <c>since</c> and <c>until</c> are instants or lengths back from
/// now.
/// </summary>
internal static class TimeRangeParameters
{
    private const int MaxDays = 3660;

    /// <summary>The range that is asked for. What is wrong goes to the reader, whose problem then is the answer.</summary>
    /// <param name="query">The parameters.</param>
    /// <param name="now">What lengths are counted back from.</param>
    /// <param name="otherwise">The range when none is asked for.</param>
    /// <param name="movesWithTheClock">Whether the same words mean another range between instants a moment later.</param>
    public static TimeRange Read(QueryReader query, DateTimeOffset now, TimeRange otherwise, out bool movesWithTheClock)
    {
        var window = query.One("window");
        var days = query.One("window_days");
        var (since, until) = (query.One("since"), query.One("until"));
        movesWithTheClock = new[] { since, until }.Any(edge => edge is not null && !Instant.TryParse(edge, out _));
        if (new[] { window, days, since ?? until }.Count(given => given is not null) > 1)
        {
            query.Add(window is not null ? "window" : "window_days", "must not be given together with another range", window ?? days!);
        }
        if (days is not null) return TimeRange.Rolling(TimeSpan.FromDays(query.Count("window_days", 1, 90, 7)));
        if (since is not null || until is not null) return Between(query, since, until, now);
        return window is not null && Length(query, "window", window) is { } length ? TimeRange.Rolling(length) : otherwise;
    }

    private static TimeRange Between(QueryReader query, string? since, string? until, DateTimeOffset now)
    {
        if (until is null && TryLength(since!, out var back)) return TimeRange.Rolling(back);
        var (from, to) = (Edge(query, "since", since, now), Edge(query, "until", until, now));
        if (from >= to) query.Add("until", "must be later than since", until ?? "now");
        return TimeRange.Between(from, to);
    }

    /// <summary>An instant, or one that lies so long back from now.</summary>
    public static bool TryInstant(string text, DateTimeOffset now, out DateTimeOffset instant)
    {
        if (Instant.TryParse(text, out instant)) return true;
        if (!TryLength(text, out var back)) return false;
        instant = Instant.Truncate(now - back);
        return true;
    }

    private static DateTimeOffset? Edge(QueryReader query, string name, string? text, DateTimeOffset now)
    {
        if (text is null) return null;
        if (TryInstant(text, now, out var instant)) return instant;
        return Fail<DateTimeOffset>(query, name, text, "an RFC 3339 instant with an offset (encode a + as %2B) or a length such as 24h or 7d");
    }

    private static TimeSpan? Length(QueryReader query, string name, string text) =>
        TryLength(text, out var length) ? length : Fail<TimeSpan>(query, name, text, $"a length such as 90s, 30m, 24h, 7d or 2w, up to {MaxDays}d");

    private static T? Fail<T>(QueryReader query, string name, string text, string rule) where T : struct
    {
        query.Add(name, $"must be {rule}", text);
        return null;
    }

    private static bool TryLength(string text, out TimeSpan length)
    {
        length = default;
        if (text.Length is < 2 or > 10 || !long.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 7 * 86_400, _ => 0 };
        if (seconds == 0 || number <= 0 || number * seconds > MaxDays * 86_400L) return false;
        length = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
