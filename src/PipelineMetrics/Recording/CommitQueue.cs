namespace PipelineMetrics.Recording;

/// <summary>Submissions waiting for the commit thread, bounded in bytes.</summary>
/// <remarks>
/// Any thread adds, the commit thread takes. All waiting submissions are taken at once, so requests in flight share one write and one
/// sync.
/// </remarks>
internal sealed class CommitQueue(long maxBytes)
{
    private readonly object _lock = new();
    private List<Submission> _waiting = [];
    private List<Submission> _spare = [];
    private long _bytes;
    private bool _closed;
    private bool _isWoken;

    /// <summary>
    /// False when the queue is full or closed; the submission is not in it then. One that alone exceeds the bound still enters an empty
    /// queue.
    /// </summary>
    public bool TryAdd(Submission submission, out bool closed)
    {
        lock (_lock)
        {
            closed = _closed;
            if (_closed || (_bytes > 0 && _bytes + submission.Bytes > maxBytes)) return false;
            _waiting.Add(submission);
            _bytes += submission.Bytes;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>
    /// Everything that waits; empty after <paramref name="idle"/> without anything. The list is the caller's until the next call.
    /// </summary>
    /// <returns>False when the queue is closed and empty: nothing will ever come again.</returns>
    public bool TryTake(TimeSpan idle, out List<Submission> taken)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && !_closed && !_isWoken) Monitor.Wait(_lock, idle);
            _isWoken = false;
            taken = _waiting;
            _spare.Clear();
            (_waiting, _spare) = (_spare, taken);
            _bytes = 0;
            return taken.Count > 0 || !_closed;
        }
    }

    /// <summary>Ends the wait of whoever takes, as if the idle time were over.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _isWoken = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Nothing enters any more; what waits is still taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
