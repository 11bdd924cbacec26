using System.Threading.Channels;

namespace PipelineMetrics.Alerting;

/// <summary>Wakes the one who waits; however often it is set before, it wakes once.</summary>
internal sealed class Signal(TimeProvider clock)
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(1);

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Done when it is set, when the time is over, or when it is cancelled.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        var set = _set.Reader.WaitToReadAsync(cancellation).AsTask();
        await ((Task)set.WaitAsync(longest, clock, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _set.Reader.TryRead(out _);
    }
}
