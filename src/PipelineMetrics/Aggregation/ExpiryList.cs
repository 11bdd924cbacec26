namespace PipelineMetrics.Aggregation;

/// <summary>The rows in a rolling window by the minute in which they finished, so that they leave in order without being sorted as they come.</summary>
internal sealed class ExpiryList(Columns columns)
{
    private const long MinuteMs = 60_000;
    private readonly SortedDictionary<long, Minute> _minutes = [];
    private Minute? _first;
    private long _firstMinute;

    // Nearly every row finished in the same minute as the one before it.
    private long _lastMinute = long.MinValue;
    private Minute? _last;

    public void Add(long createdMs, long row)
    {
        var minute = createdMs / MinuteMs;
        if (minute != _lastMinute || _last is null)
        {
            _lastMinute = minute;
            if (!_minutes.TryGetValue(minute, out _last)) _minutes.Add(minute, _last = new Minute());
            if (minute < _firstMinute) _first = null;
        }
        _last.Add((uint)row);
    }

    /// <summary>Takes the oldest row if it finished before an edge.</summary>
    public bool TryTake(long edgeMs, out long row, out long createdMs)
    {
        if (!TryPeek(out var minute, out createdMs) || createdMs >= edgeMs)
        {
            row = 0;
            return false;
        }
        row = _first!.Take();
        if (_first.Count == 0) Drop(minute);
        return true;
    }

    /// <summary>When the oldest row finished; the largest number when there is none.</summary>
    public long OldestMs => TryPeek(out _, out var createdMs) ? createdMs : long.MaxValue;

    public void Clear()
    {
        _minutes.Clear();
        (_last, _first) = (null, null);
    }

    private bool TryPeek(out long minute, out long createdMs)
    {
        createdMs = long.MaxValue;
        FindFirst();
        minute = _firstMinute;
        if (_first is null) return false;
        _first.Sort(columns);
        createdMs = Minute.CreatedMs(columns, _first.Peek);
        return true;
    }

    private void FindFirst()
    {
        if (_first is not null) return;
        foreach (var (minute, rows) in _minutes)
        {
            (_firstMinute, _first) = (minute, rows);
            return;
        }
    }

    private void Drop(long minute)
    {
        _minutes.Remove(minute);
        if (ReferenceEquals(_last, _first)) _last = null;
        _first = null;
    }

    private sealed class Minute
    {
        private uint[] _rows = new uint[4];
        private int _head;
        private int _end;
        private bool _isSorted = true;

        public int Count => _end - _head;

        public uint Peek => _rows[_head];

        public static long CreatedMs(Columns columns, uint row) => columns.BlockOf(row, out var index).CreatedMs[index];

        public void Add(uint row)
        {
            if (_end == _rows.Length) Array.Resize(ref _rows, _end * 2);
            _rows[_end++] = row;
            _isSorted = false;
        }

        public uint Take() => _rows[_head++];

        public void Sort(Columns columns)
        {
            if (_isSorted) return;
            var rows = _rows.AsSpan(_head, Count);
            var created = new long[Count];
            for (var i = 0; i < created.Length; i++) created[i] = CreatedMs(columns, rows[i]);
            created.AsSpan().Sort(rows);
            _isSorted = true;
        }
    }
}
