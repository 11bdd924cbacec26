namespace PipelineMetrics.Aggregation;

/// <summary>Which completions are in question, by when they finished.</summary>
public readonly record struct TimeRange
{
    /// <summary>The length of a rolling window; null for a range between two instants.</summary>
    public TimeSpan? Length { get; private init; }

    /// <summary>The first instant that is in, for a range; null means from the beginning.</summary>
    public DateTimeOffset? Since { get; private init; }

    /// <summary>The first instant that is out again, for a range; null means without end.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>
    /// Everything at or after now less the length. There is no upper edge: what is acknowledged is in the answer, even if its clock ran
    /// ahead.
    /// </summary>
    /// <param name="length">More than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static TimeRange Rolling(TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        return new TimeRange { Length = length };
    }

    /// <summary>Everything from <paramref name="since"/>, which is in, to <paramref name="until"/>, which is not.</summary>
    public static TimeRange Between(DateTimeOffset? since, DateTimeOffset? until) => new() { Since = since, Until = until };

    internal (long FromMs, long BeforeMs) Bounds(DateTimeOffset now) => Length is { } length
        ? (now - DateTimeOffset.MinValue < length ? long.MinValue : CeilingMs(now - length), long.MaxValue)
        : (Since is { } since ? CeilingMs(since) : long.MinValue, Until is { } until ? CeilingMs(until) : long.MaxValue);

    /// <summary>The last instant at which a completion is in a rolling window.</summary>
    internal static DateTimeOffset Leaves(long createdMs, TimeSpan length)
    {
        var created = DateTimeOffset.FromUnixTimeMilliseconds(createdMs);
        return DateTimeOffset.MaxValue - created < length ? DateTimeOffset.MaxValue : created + length;
    }

    // Completions finish on whole milliseconds: the first one that is not before an edge inside a millisecond is the next.
    private static long CeilingMs(DateTimeOffset instant)
    {
        var ms = instant.ToUnixTimeMilliseconds();
        return instant.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? ms : ms + 1;
    }
}
