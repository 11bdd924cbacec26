namespace PipelineMetrics.Log;

/// <summary>
/// A way through both streams in the order of the numbers, at the pace of who asks. It ends with what was committed when it began. For one
/// thread at a time, beside commits.
/// </summary>
public sealed class HistoryWalk
{
    private readonly HistoryCursor[] _cursors;
    private readonly long _last;
    private readonly bool[] _more = new bool[2];
    private int _current = -1;

    internal HistoryWalk(HistoryCursor[] cursors, long last) => (_cursors, _last) = (cursors, last);

    /// <summary>The line it stands on, valid until the next move.</summary>
    public StoredLine Current => _cursors[_current].Current;

    /// <summary>Goes to the next line; false at the end.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public bool MoveNext()
    {
        if (_current >= 0)
            _more[_current] = _cursors[_current].MoveNext();
        else
            (_more[0], _more[1]) = (_cursors[0].MoveNext(), _cursors[1].MoveNext());
        if (!_more[0] && !_more[1])
            return false;
        _current = _more[0] && (!_more[1] || _cursors[0].Key <= _cursors[1].Key) ? 0 : 1;
        return _cursors[_current].Key <= _last;
    }
}
