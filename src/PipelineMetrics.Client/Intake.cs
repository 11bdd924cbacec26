using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>Where records are taken. Taking is for any number of threads at once, all else for the one task that sends.</summary>
internal abstract class Intake : IBacklog
{
    private long _wakeAt = long.MaxValue;
    private bool _isClosed;

    /// <summary>Held for tens of nanoseconds, never around a call that can wait.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>How many were taken.</summary>
    public long Accepted
    {
        get
        {
            lock (Gate) return Taken_NeedsGate;
        }
    }

    /// <summary>How many of those taken are settled, or were lost behind it.</summary>
    public long Settled
    {
        get
        {
            lock (Gate) return Settled_NeedsGate;
        }
    }

    public long Pending
    {
        get
        {
            lock (Gate) return Taken_NeedsGate - Settled_NeedsGate;
        }
    }

    /// <summary>How many were taken and then could not be sent: they were too long or could not be read, or their file was damaged.</summary>
    public long Lost { get; protected set; }

    protected long Taken_NeedsGate { get; set; }

    protected long Settled_NeedsGate { get; set; }

    protected bool IsClosed_NeedsGate => _isClosed;

    /// <summary>Takes a record, or refuses it for want of room.</summary>
    /// <param name="completion">The record.</param>
    /// <param name="now">When it was tracked.</param>
    /// <param name="wakes">Whether the task that sends waits for this one.</param>
    public abstract TrackResult Take(CompletionRequest completion, DateTimeOffset now, out bool wakes);

    public abstract void Fill(Batch batch);

    public abstract void Settle();

    /// <summary>Nothing is taken from now on; what was taken is known.</summary>
    public void Close()
    {
        lock (Gate) _isClosed = true;
    }

    /// <summary>Lets go of everything; returns how many records are lost by it.</summary>
    public abstract long Abandon();

    /// <summary>Asks for a sign when so many wait. False when they do already.</summary>
    public bool TryArm(int waiting)
    {
        lock (Gate)
        {
            var wakeAt = Settled_NeedsGate + waiting;
            if (Taken_NeedsGate >= wakeAt) return false;
            _wakeAt = wakeAt;
            return true;
        }
    }

    /// <summary>Counts one more, and says whether a sign was asked for; it is given once.</summary>
    protected bool Count_NeedsGate()
    {
        if (++Taken_NeedsGate < _wakeAt) return false;
        _wakeAt = long.MaxValue;
        return true;
    }
}
