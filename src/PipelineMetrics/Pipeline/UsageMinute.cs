namespace PipelineMetrics.Pipeline;

/// <summary>The mean and the largest of some values.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Max">The largest.</param>
public readonly record struct UsageFigures(decimal Mean, decimal Max);

/// <summary>What the heartbeats of a runner said in one minute.</summary>
/// <param name="From">The first instant of the minute.</param>
/// <param name="Heartbeats">How many there were.</param>
/// <param name="CpuPercent">Processor use, per cent of one core; null when no heartbeat said it.</param>
/// <param name="MemoryBytes">Memory in use; null when no heartbeat said it.</param>
public sealed record UsageMinute(DateTimeOffset From, long Heartbeats, UsageFigures? CpuPercent, UsageFigures? MemoryBytes);

/// <summary>A sum of values as they come, and the largest of them.</summary>
internal struct UsageSum
{
    private decimal _sum;
    private decimal _max;
    private long _count;

    public readonly UsageFigures? Figures => _count == 0 ? null : new UsageFigures(_sum / _count, _max);

    public void Add(decimal? value)
    {
        if (value is not { } said) return;
        _sum += said;
        _max = Math.Max(_max, said);
        _count++;
    }
}
