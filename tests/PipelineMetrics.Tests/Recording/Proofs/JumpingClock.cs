namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>A clock on the wall that people and daylight saving move about, beside one that only runs forward, as a machine has both.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;
    private long _timestamp;

    public DateTimeOffset Now => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>A zone whose clocks go forward and back on the days on which Europe's do.</summary>
    public override TimeZoneInfo LocalTimeZone { get; } =
        TimeZoneInfo.CreateCustomTimeZone("proof", TimeSpan.FromHours(1), "proof", "proof", "proof", [Summer()]);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Read(ref _timestamp);

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan by)
    {
        Interlocked.Add(ref _timestamp, by.Ticks);
        Jump(by);
    }

    /// <summary>The wall clock is set; no time passes.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    private static TimeZoneInfo.AdjustmentRule Summer() => TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
        DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
        TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
        TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday));
}
