namespace PipelineMetrics.Tests.Aggregation;

/// <summary>The steps of the calendar as one would find them on a wall.</summary>
internal static class NaiveCalendar
{
    public static (DateTimeOffset Begin, DateTimeOffset End) StepOf(string step, DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.Year, at.Month, at.Day, 0, 0, 0, TimeSpan.Zero);
        switch (step)
        {
            case "day":
                return (day, day.AddDays(1));
            case "week":
                while (day.DayOfWeek != DayOfWeek.Monday) day = day.AddDays(-1);
                return (day, day.AddDays(7));
            case "month":
                while (day.Day != 1) day = day.AddDays(-1);
                return (day, day.AddMonths(1));
        }
        var length = step switch
        {
            "minute" => TimeSpan.FromMinutes(1),
            "hour" => TimeSpan.FromHours(1),
            _ => step[^1] == 'h' ? TimeSpan.FromHours(int.Parse(step[..^1])) : TimeSpan.FromMinutes(int.Parse(step[..^1])),
        };
        var begin = day;
        while (begin + length <= at) begin += length;
        return (begin, begin + length);
    }
}
