namespace PipelineMetrics.Client;

/// <summary>Lines that are sent together, in memory that is used again for the next ones.</summary>
internal sealed class Batch
{
    /// <summary>The most lines of a batch; one that is full is sent at once.</summary>
    public const int MostLines = 500;

    private const int MostBytes = 512 << 10;
    private readonly List<int> _ends = new(MostLines);
    private byte[] _bytes = new byte[64 << 10];
    private int _length;

    public int Count => _ends.Count;

    public void Clear()
    {
        _ends.Clear();
        _length = 0;
    }

    /// <summary>Adds a line, which must not contain a line break. False when the batch is full, which an empty one never is.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        var end = _length + line.Length + 1;
        if (Count == MostLines || (Count > 0 && end > MostBytes)) return false;
        if (end > _bytes.Length) Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        line.CopyTo(_bytes.AsSpan(_length));
        _bytes[end - 1] = (byte)'\n';
        _ends.Add(_length = end);
        return true;
    }

    /// <summary>Some of the lines, each with its line break.</summary>
    public ReadOnlyMemory<byte> Lines(int first, int count) => _bytes.AsMemory(Start(first)..Start(first + count));

    /// <summary>One line without its line break.</summary>
    public ReadOnlyMemory<byte> Line(int index) => _bytes.AsMemory(Start(index).._ends[index])[..^1];

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
