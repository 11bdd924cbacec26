namespace PipelineMetrics.Aggregation;

/// <summary>
/// A number of each row of a block; -1 is unknown. Four bytes a row until a number comes that does not fit, then eight.
/// </summary>
/// <remarks>One writer. A reader that still holds the narrow form finds there every row that was published before it looked.</remarks>
internal sealed class NumberColumn
{
    private const uint Unknown = uint.MaxValue;
    private readonly int _capacity;
    private uint[]? _narrow;
    private long[]? _wide;

    public NumberColumn(int capacity)
    {
        _capacity = capacity;
        _narrow = new uint[capacity];
        Array.Fill(_narrow, Unknown);
    }

    public long this[int row] => Volatile.Read(ref _narrow) is { } narrow ? (narrow[row] == Unknown ? -1 : narrow[row]) : _wide![row];

    public long MemoryBytes => _capacity * (_wide is null ? sizeof(uint) : (long)sizeof(long));

    public void Write(int row, long value)
    {
        if (_narrow is { } narrow)
        {
            if (value < Unknown)
            {
                narrow[row] = (uint)value;
                return;
            }
            Widen(row);
        }
        _wide![row] = value;
    }

    private void Widen(int rows)
    {
        var wide = new long[_capacity];
        Array.Fill(wide, -1);
        for (var row = 0; row < rows; row++) wide[row] = this[row];
        _wide = wide;
        Volatile.Write(ref _narrow, null);
    }
}
