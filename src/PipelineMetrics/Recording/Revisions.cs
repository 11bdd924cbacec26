using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>Which line counts for a completion that was corrected. Corrections are rare, so this stays small.</summary>
internal sealed class Revisions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LinePlace, (LinePlace Place, long Revision)> _current = [];

    /// <summary>Takes a revision; false when a higher or equal one is known, which then stays.</summary>
    public bool TryAdd(LinePlace original, LinePlace place, long revision)
    {
        lock (_lock)
        {
            if (_current.TryGetValue(original, out var known) && known.Revision >= revision) return false;
            _current[original] = (place, revision);
            return true;
        }
    }

    /// <summary>Whether anything was ever corrected.</summary>
    public bool Any
    {
        get
        {
            lock (_lock)
            {
                return _current.Count > 0;
            }
        }
    }

    public (LinePlace Place, long Revision) Current(LinePlace original)
    {
        lock (_lock)
        {
            return _current.TryGetValue(original, out var known) ? known : (original, 0);
        }
    }
}
