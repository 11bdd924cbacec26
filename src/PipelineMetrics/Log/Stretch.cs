namespace PipelineMetrics.Log;

/// <summary>A part of a segment.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="From">Its first byte.</param>
/// <param name="To">The first byte after it.</param>
internal readonly record struct Stretch(Segment Segment, long From, long To);

/// <summary>A moment of the history, as how far both files were written.</summary>
/// <param name="Events">The end of the events.</param>
/// <param name="Completions">The end of the completions.</param>
/// <param name="LastSeq">The highest number up to there.</param>
internal readonly record struct JournalPoint(LinePlace Events, LinePlace Completions, long LastSeq)
{
    public LinePlace Of(LogStream stream) => stream == LogStream.Events ? Events : Completions;
}

/// <summary>Walks the good lines of parts of one stream, as a replay would take them; changes and reports nothing.</summary>
internal sealed class StretchCursor(IDisk disk, IReadOnlyList<Stretch> stretches)
{
    private int _index = -1;
    private LineScanner? _scanner;

    /// <summary>The number at or before the current line.</summary>
    public long Key { get; private set; }

    private long Seq { get; set; }

    public StoredLine Current => new(stretches[_index].Segment.PlaceAt(_scanner!.Offset), Seq, LineFormat.Content(_scanner.Line));

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
        if (++_index >= stretches.Count)
            return false;
        var stretch = stretches[_index];
        _scanner = new LineScanner(stretch.From < stretch.To ? stretch.Segment.Reading(disk) : null, stretch.From, stretch.To);
        return true;
    }

    private bool Take(LineVerdict verdict)
    {
        if (!verdict.IsGood || (verdict.Seq != 0 && verdict.Seq <= Key))
            return false;
        Seq = verdict.Seq;
        Key = Math.Max(Key, verdict.Seq);
        return true;
    }
}
