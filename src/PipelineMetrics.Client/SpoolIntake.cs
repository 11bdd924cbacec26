using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>
/// Takes records into a spool file, used as a ring: what is taken is in the file before the caller hears of it. One that takes
/// nothing has no file, because the directory cannot be written or is full; it is given one when there is room.
/// </summary>
internal sealed class SpoolIntake(RecordIds ids) : Intake
{
    [ThreadStatic]
    private static byte[]? _line;
    private SpoolFile? _file;
    private long _head;   // Positions only grow; the place in the file is the remainder.
    private long _tail;
    private long _filled;
    private long _settling;

    public bool HasFile
    {
        get
        {
            lock (Gate) return _file is not null;
        }
    }

    public void Use(SpoolFile file)
    {
        lock (Gate) _file = file;
    }

    public override TrackResult Take(CompletionRequest completion, DateTimeOffset now, out bool wakes)
    {
        wakes = false;
        var buffer = _line ??= new byte[CompletionLine.MostBytes];
        var length = CompletionLine.Write(buffer, completion, now, ids.Next(now));
        if (length < 0) return TrackResult.Dropped;
        var line = buffer.AsSpan(0, length);
        var sum = SpoolFrame.Sum(line);
        lock (Gate)
        {
            if (IsClosed_NeedsGate || _file is null) return TrackResult.Dropped;
            var records = Usable(_file);
            if (!TryPlace_NeedsGate(records.Length, SpoolFrame.SizeOf(length), out var offset)) return TrackResult.Dropped;
            SpoolFrame.Write(records, offset, line, sum, Taken_NeedsGate);
            wakes = Count_NeedsGate();
            return TrackResult.Spooled;
        }
    }

    public override void Fill(Batch batch)
    {
        var (file, tail, pending) = State();
        _settling = 0;
        _filled = _head;
        while (file is not null && _settling < pending && _filled < tail)
        {
            var records = Usable(file);
            var offset = (int)(_filled % records.Length);
            if (!SpoolFrame.TryRead(records, offset, out var frame))
            {
                _filled += SpoolFrame.Step;   // The end that was too short for the frame that then went to the beginning.
                continue;
            }
            if (!frame.IsSettled)
            {
                if (!batch.TryAdd(frame.Line(records))) return;
                _settling++;
            }
            _filled += SpoolFrame.SizeOf(frame.Length);
        }
    }

    public override void Settle()
    {
        if (State().File is not { } file) return;
        var records = Usable(file);
        for (var at = _head; at < _filled;)
        {
            var isFrame = SpoolFrame.TryRead(records, (int)(at % records.Length), out var frame);
            if (isFrame) frame.Settle(records);
            at += isFrame ? SpoolFrame.SizeOf(frame.Length) : SpoolFrame.Step;
        }
        lock (Gate)
        {
            _head = _filled;
            Settled_NeedsGate += _settling;
            // When all is read, what is missing was in a frame that no longer is one.
            var missing = _head == _tail ? Taken_NeedsGate - Settled_NeedsGate : 0;
            Lost += missing;
            Settled_NeedsGate += missing;
        }
    }

    /// <summary>What waits stays in the file, for the next process; without anything the file goes.</summary>
    public override long Abandon()
    {
        lock (Gate)
        {
            if (_file is not { } file) return 0;
            var length = Usable(file).Length;
            if (_head == _tail) file.Delete();
            else if (_head % length < _tail % length) file.DisposeCut((int)(_tail % length));
            else file.Dispose();
            _file = null;
            return 0;
        }
    }

    private static Span<byte> Usable(SpoolFile file) => file.Records[..(file.Records.Length & -SpoolFrame.Step)];

    private bool TryPlace_NeedsGate(int room, int size, out int offset)
    {
        offset = (int)(_tail % room);
        var skipped = room - offset < size ? room - offset : 0;
        if (_tail + skipped + size - _head > room) return false;
        offset = skipped > 0 ? 0 : offset;
        _tail += skipped + size;
        return true;
    }

    private (SpoolFile? File, long Tail, long Pending) State()
    {
        lock (Gate) return (_file, _tail, Taken_NeedsGate - Settled_NeedsGate);
    }
}
