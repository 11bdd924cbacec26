namespace PipelineMetrics.Log;

/// <summary>Walks the good lines of one stream beside the live journal, from a number on; changes and reports nothing.</summary>
internal sealed class HistoryCursor(IDisk disk, IReadOnlyList<Segment> segments, long firstSeq)
{
    private int _index = -1;
    private LineScanner? _scanner;
    private bool _isPositioned = firstSeq <= 1;

    /// <summary>The number at or before the current line.</summary>
    public long Key { get; private set; }

    private long Seq { get; set; }

    public StoredLine Current =>
        new(segments[_index].PlaceAt(_scanner!.Offset), Seq, LineFormat.Content(_scanner.Line));

    public bool MoveNext()
    {
        while (_scanner is not null || OpenNext())
        {
            if (!_scanner!.MoveNext())
                _scanner = null;
            else if (Take(LineFormat.Judge(LineFormat.Content(_scanner.Line))))
                return true;
        }

        return false;
    }

    private bool OpenNext()
    {
        do
            _index++;
        while (_index < segments.Count && IsBefore(segments[_index]));
        if (_index >= segments.Count)
            return false;
        var segment = segments[_index];
        var start = _isPositioned ? 0 : segment.NearestIndexed(firstSeq);
        _scanner = new LineScanner(segment.Length > 0 ? segment.Reading(disk) : null, start, segment.Length);
        return true;
    }

    private bool IsBefore(Segment segment) => !_isPositioned && segment.LastSeq < firstSeq;

    private bool Take(LineVerdict verdict)
    {
        if (!verdict.IsGood || (verdict.Seq != 0 && verdict.Seq <= Key))
            return false;
        Seq = verdict.Seq;
        Key = Math.Max(Key, verdict.Seq);
        _isPositioned |= Key >= firstSeq;
        return _isPositioned;
    }
}
