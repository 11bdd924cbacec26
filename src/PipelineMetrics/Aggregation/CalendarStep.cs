namespace PipelineMetrics.Aggregation;

/// <summary>
/// How long the steps of a series are. Every step lies on the edges of the UTC calendar, so that the same step has the same edges in
/// every answer; weeks begin on Monday (ISO 8601).
/// </summary>
public sealed class CalendarStep
{
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;
    private const long DayMs = 24 * HourMs;

    // 1970-01-05; the epoch itself was a Thursday.
    private const long FirstMondayMs = 4 * DayMs;

    private readonly long _originMs;
    private readonly string _alias;

    private CalendarStep(string name, string alias, long lengthMs, long originMs = 0)
    {
        (Name, _alias, LengthMs, _originMs) = (name, alias, lengthMs, originMs);
    }

    /// <summary>All there are, the shortest first.</summary>
    public static IReadOnlyList<CalendarStep> All { get; } =
    [
        new("minute", "1m", MinuteMs), new("5m", "5m", 5 * MinuteMs), new("15m", "15m", 15 * MinuteMs), new("30m", "30m", 30 * MinuteMs),
        new("hour", "1h", HourMs), new("6h", "6h", 6 * HourMs), new("12h", "12h", 12 * HourMs),
        new("day", "1d", DayMs), new("week", "1w", 7 * DayMs, FirstMondayMs), new("month", "month", 0),
    ];

    /// <summary>What it is called: <c>minute</c>, <c>5m</c>, <c>hour</c>, <c>day</c>, ...</summary>
    public string Name { get; }

    /// <summary>Milliseconds from edge to edge; 0 for months, which differ.</summary>
    internal long LengthMs { get; }

    /// <summary>The step of this name, or of its length: <c>1h</c> is an hour.</summary>
    public static bool TryParse(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CalendarStep? step)
    {
        step = All.FirstOrDefault(s => s.Name == name || s._alias == name);
        return step is not null;
    }

    /// <summary>The number of the step in which an instant lies; neighbours have neighbouring numbers.</summary>
    /// <param name="ms">Unix milliseconds of an instant that a date can name.</param>
    internal long IndexOf(long ms)
    {
        if (LengthMs > 0) return Math.DivRem(ms - _originMs, LengthMs) is var (index, rest) && rest < 0 ? index - 1 : index;
        var date = DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime;
        return (date.Year * 12L) + date.Month - 1;
    }

    /// <summary>The first instant of a step, Unix milliseconds; the largest number for the month after the last one of the calendar.</summary>
    internal long StartMs(long index)
    {
        if (LengthMs > 0) return _originMs + (index * LengthMs);
        if (index / 12 > DateTime.MaxValue.Year) return long.MaxValue;
        return new DateTimeOffset((int)(index / 12), (int)(index % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    /// <summary>Whether a part of the calendar is just one step; without end it is none.</summary>
    internal bool IsWhole(long fromMs, long beforeMs) =>
        beforeMs != long.MaxValue && StartMs(IndexOf(fromMs)) == fromMs && StartMs(IndexOf(fromMs) + 1) == beforeMs;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
