using System.Collections.Concurrent;

namespace PipelineMetrics.Cli.Tests;

/// <summary>A clock on which waiting takes a hundredth of its time, and which remembers what was to be waited for.</summary>
internal sealed class HastyClock : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Periods { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Periods.Enqueue(period);
        return base.CreateTimer(callback, state, dueTime / 100, period / 100);
    }
}
