namespace PipelineMetrics.Aggregation;

/// <summary>
/// The rows in a rolling window in the order in which they leave. Rows come nearly in that order: a row that is not older than all
/// before it is only marked in its columns, and the others wait by the minute in which they finished.
/// </summary>
internal sealed class ExpiryQueue(Columns columns)
{
    private const long MinuteMs = 60_000;
    private readonly SortedDictionary<long, LateRows> _late = [];
    private LateRows? _firstLate;

    // No row before this one waits in its columns.
    private long _cursor;
    private long _end;
    private long _newestMs = long.MinValue;

    public void Add(long row, long createdMs)
    {
        var block = columns.BlockOf(row, out var index);
        _end = row + 1;
        if (createdMs >= _newestMs)
        {
            _newestMs = createdMs;
            block.Marks[index] |= RowMarks.LeavesInOrder;
            return;
        }
        var minute = createdMs / MinuteMs;
        if (!_late.TryGetValue(minute, out var rows)) _late.Add(minute, rows = new LateRows(minute));
        rows.Add((uint)row);
        if (_firstLate is not null && minute < _firstLate.Minute) _firstLate = rows;
    }

    /// <summary>When the oldest row finished; the largest number when there is none.</summary>
    public long OldestMs => Math.Min(NextInOrderMs(), NextLateMs());

    /// <summary>Takes the oldest row if it finished before an edge.</summary>
    public bool TryTake(long edgeMs, out long row, out long createdMs)
    {
        var (inOrder, late) = (NextInOrderMs(), NextLateMs());
        createdMs = Math.Min(inOrder, late);
        row = 0;
        if (createdMs >= edgeMs) return false;
        row = inOrder <= late ? TakeInOrder() : TakeLate();
        return true;
    }

    public void Clear()
    {
        _late.Clear();
        _firstLate = null;
        while (NextInOrderMs() != long.MaxValue) TakeInOrder();
        (_cursor, _newestMs) = (0, long.MinValue);
    }

    private long NextInOrderMs()
    {
        for (; _cursor < _end; _cursor++)
        {
            var block = columns.BlockOf(_cursor, out var index);
            if ((block.Marks[index] & RowMarks.LeavesInOrder) != 0) return block.CreatedMs[index];
        }
        return long.MaxValue;
    }

    private long TakeInOrder()
    {
        columns.BlockOf(_cursor, out var index).Marks[index] &= ~RowMarks.LeavesInOrder;
        return _cursor++;
    }

    private long NextLateMs()
    {
        if (_firstLate is null && _late.Count > 0) _firstLate = _late.First().Value;
        return _firstLate?.PeekMs(columns) ?? long.MaxValue;
    }

    private long TakeLate()
    {
        var row = _firstLate!.Take();
        if (_firstLate.Count > 0) return row;
        _late.Remove(_firstLate.Minute);
        _firstLate = null;
        return row;
    }

    /// <summary>Rows of one minute, sorted when the first of them is about to leave.</summary>
    private sealed class LateRows(long minute)
    {
        private uint[] _rows = new uint[4];
        private int _head;
        private int _end;
        private bool _isSorted = true;

        public long Minute => minute;

        public int Count => _end - _head;

        public void Add(uint row)
        {
            if (_end == _rows.Length) Array.Resize(ref _rows, _end * 2);
            _rows[_end++] = row;
            _isSorted = false;
        }

        public uint Take() => _rows[_head++];

        public long PeekMs(Columns columns)
        {
            if (!_isSorted) Sort(columns);
            return CreatedMs(columns, _rows[_head]);
        }

        private void Sort(Columns columns)
        {
            var rows = _rows.AsSpan(_head, Count);
            var created = new long[Count];
            for (var i = 0; i < created.Length; i++) created[i] = CreatedMs(columns, rows[i]);
            created.AsSpan().Sort(rows);
            _isSorted = true;
        }

        private static long CreatedMs(Columns columns, uint row) => columns.BlockOf(row, out var index).CreatedMs[index];
    }
}
