using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>Takes records into memory: a ring of references, which are read when they are sent.</summary>
internal sealed class MemoryIntake(int room, RecordIds ids) : Intake
{
    private readonly Waiting[] _ring = new Waiting[room];
    private readonly byte[] _line = new byte[CompletionLine.MostBytes];
    private long _filled;

    public override TrackResult Take(CompletionRequest completion, DateTimeOffset now, out bool wakes)
    {
        lock (Gate)
        {
            wakes = false;
            if (IsClosed_NeedsGate || Taken_NeedsGate - Settled_NeedsGate == _ring.Length) return TrackResult.Dropped;
            _ring[Taken_NeedsGate % _ring.Length] = new Waiting(completion, now, ids.Next(now));
            wakes = Count_NeedsGate();
            return TrackResult.Queued;
        }
    }

    public override void Fill(Batch batch)
    {
        var last = Accepted;
        for (_filled = Settled; _filled < last; _filled++)
        {
            ref var waiting = ref _ring[_filled % _ring.Length];
            var length = Write(waiting);
            if (length < 0) Lost++;
            else if (!batch.TryAdd(_line.AsSpan(0, length))) break;
        }
    }

    public override void Settle()
    {
        lock (Gate)
        {
            for (; Settled_NeedsGate < _filled; Settled_NeedsGate++) _ring[Settled_NeedsGate % _ring.Length] = default;
        }
    }

    public override long Abandon() => Pending;

    /// <summary>What the caller gave is read here, on the task that sends; whatever it throws costs this one record.</summary>
    private int Write(in Waiting waiting)
    {
        try
        {
            return CompletionLine.Write(_line, waiting.Completion, waiting.At, waiting.Id);
        }
        catch (Exception)
        {
            return -1;
        }
    }

    /// <param name="Completion">As it was given.</param>
    /// <param name="At">When it was tracked.</param>
    /// <param name="Id">What it is called unless it has a name: given here, so that it keeps it however often it is read.</param>
    private readonly record struct Waiting(CompletionRequest Completion, DateTimeOffset At, Guid Id);
}
