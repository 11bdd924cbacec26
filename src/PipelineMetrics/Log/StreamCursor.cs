namespace PipelineMetrics.Log;

/// <summary>
/// Walks the good lines of one stream, oldest segment first, and reports the rest. Bad bytes become damage once a good line follows
/// them; at the end of the active file nothing does, and they are its torn tail.
/// </summary>
internal sealed class StreamCursor(IDisk disk, IReadOnlyList<Segment> segments, DamageBook book)
{
    private const long None = -1;
    private readonly List<Suspect> _unbounded = [];
    private int _index = -1;
    private LineScanner? _scanner;
    private long _badFrom = None;
    private string _badReason = "";
    private bool _hadBadLines;

    public Segment Segment => segments[_index];

    /// <summary>Number of the current line; 0 when foreign.</summary>
    public long Seq { get; private set; }

    /// <summary>The last number at or before the current line: where it stands in the merged order.</summary>
    public long Key { get; private set; }

    public long Offset => _scanner!.Offset;

    public long Bytes => _scanner!.Bytes;

    public StoredLine Current => new(Segment.PlaceAt(Offset), Seq, LineFormat.Content(_scanner!.Line));

    /// <summary>Where the torn tail of the active file begins; its length when it has none. Valid after the walk.</summary>
    public long GoodEnd { get; private set; }

    /// <summary>Why the tail is torn.</summary>
    public string TornReason => _badReason;

    /// <summary>Whether the last line is good but lacks its line feed.</summary>
    public bool LacksLineFeed { get; private set; }

    private bool IsActive => _index == segments.Count - 1;

    /// <summary>Whether the numbers of a segment the disk will not read are known; else they might be given a second time.</summary>
    private bool IsListed => !IsActive && Segment.Listed is not null;

    public bool MoveNext()
    {
        while (_scanner is not null || OpenNext())
        {
            if (!TryAdvance())
                Finish();
            else if (TryTake())
                return true;
        }

        return false;
    }

    private bool OpenNext()
    {
        if (IsActive)
            return false;
        _index++;
        _hadBadLines = false;
        try
        {
            _scanner = new LineScanner(Segment.Length > 0 ? new ReadBytes(Segment.Handle(disk).ReadAt) : null, 0, Segment.Length);
        }
        catch (DiskException problem) when (IsListed)
        {
            ReportUnreadable(problem);
            return OpenNext();
        }

        return true;
    }

    private bool TryAdvance()
    {
        try
        {
            return _scanner!.MoveNext();
        }
        catch (DiskException problem) when (IsListed)
        {
            ReportUnreadable(problem);
            _hadBadLines = true;
            return false;
        }
    }

    private bool TryTake()
    {
        var verdict = JudgeCurrent();
        switch (verdict.Kind)
        {
            case LineKind.Blank:
                Segment.BlankLines++;
                return false;
            case LineKind.Bad:
                _badReason = _badFrom == None ? verdict.Reason : _badReason;
                _badFrom = _badFrom == None ? Offset : _badFrom;
                return false;
            default:
                CloseBadRange(Offset);
                return Accept(verdict.Seq);
        }
    }

    private LineVerdict JudgeCurrent()
    {
        var scanner = _scanner!;
        if (scanner.IsOverlong)
            return new(LineKind.Bad, 0, "longer than any line may be");
        var verdict = LineFormat.Judge(LineFormat.Content(scanner.Line));

        // A line of ours without its end was never acknowledged; somebody else's may be whole.
        if (!scanner.IsTerminated && IsActive && verdict.Kind != LineKind.Foreign)
            return new(LineKind.Bad, 0, "the last line has no end");
        return verdict;
    }

    private bool Accept(long seq)
    {
        if (seq != 0 && seq <= Key)
        {
            _hadBadLines = true;
            book.AddRepeated(Segment, Offset, Bytes, seq, Key);
            return false;
        }

        Seq = seq;
        LacksLineFeed = IsActive && !_scanner!.IsTerminated;
        Segment.Count(seq, Offset);
        if (seq == 0)
            return true;
        Key = seq;
        _unbounded.ForEach(suspect => suspect.To = seq - 1);
        _unbounded.Clear();
        return true;
    }

    private void CloseBadRange(long end)
    {
        if (_badFrom == None)
            return;
        _unbounded.Add(book.AddBad(Segment, _badFrom, end - _badFrom, _badReason, Key));
        _badFrom = None;
        _hadBadLines = true;
    }

    private void Finish()
    {
        var end = _scanner!.NextOffset;
        if (IsActive)
            GoodEnd = _badFrom == None ? end : _badFrom;
        else
            CloseBadRange(end);
        _scanner = null;
        if (Segment.Listed is { } listed && !IsActive)
            CompareWithListed(listed);
    }

    /// <summary>Bad lines inside an otherwise unchanged segment speak for themselves.</summary>
    private void CompareWithListed(SealedSegment listed)
    {
        var isSameLines = Segment.Lines == listed.Lines && Segment.LastSeq == listed.LastSeq && Segment.FirstSeq == listed.FirstSeq;
        if (Segment.Length == listed.Bytes && (isSameLines || _hadBadLines))
            return;
        book.AddSegment(
            DamageKind.ChangedSegment,
            listed,
            $"sealed with {listed.Bytes} bytes, {listed.Lines} lines, numbers {listed.FirstSeq} to {listed.LastSeq}; " +
            $"found {Segment.Length} bytes, {Segment.Lines} good lines, numbers {Segment.FirstSeq} to {Segment.LastSeq}");
    }

    private void ReportUnreadable(DiskException problem) =>
        book.AddSegment(DamageKind.UnreadableSegment, Segment.Listed!, problem.Message);
}
