using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>Lines that stand in the log and count in no figure, with the reason; the newest few are kept, all are counted.</summary>
public sealed class LeftOutLines
{
    internal const int Kept = 100;
    private readonly Lock _lock = new();
    private readonly Queue<(LinePlace Place, string Reason)> _newest = new();

    /// <summary>How many lines were left out since the start.</summary>
    public long Count { get; private set; }

    /// <summary>The newest of them, at most 100.</summary>
    public IReadOnlyList<(LinePlace Place, string Reason)> Newest
    {
        get
        {
            lock (_lock)
            {
                return [.. _newest];
            }
        }
    }

    internal void Add(LinePlace place, string reason)
    {
        lock (_lock)
        {
            Count++;
            _newest.Enqueue((place, reason));
            if (_newest.Count > Kept) _newest.Dequeue();
        }
    }
}
