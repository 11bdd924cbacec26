using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// One reader's way through the whole history, from its beginning to what was its end when the reader came; it holds one line. For one
/// caller at a time.
/// </summary>
public sealed class HistoryScan
{
    private readonly HistoryWalk _walk;
    private readonly long _last;

    internal HistoryScan(HistoryWalk walk, long last) => (_walk, _last) = (walk, last);

    /// <summary>The line it stands on, valid until the next move.</summary>
    public StoredLine Current => _walk.Current;

    /// <summary>Goes to the next line; false at the end.</summary>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public bool MoveNext() => _walk.MoveNext() && _walk.Current.Seq <= _last;
}
