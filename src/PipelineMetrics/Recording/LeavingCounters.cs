using PipelineMetrics.Counters;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>The counters of everything that has left once a compaction is done: so that they go on, although nobody reads it any more.</summary>
internal sealed class LeavingCounters
{
    private readonly CountersReading _reading;
    private readonly Func<LinePlace, bool> _leaves;

    /// <summary>Reads what leaves.</summary>
    /// <param name="journal">The log.</param>
    /// <param name="old">The state that still has it.</param>
    /// <param name="next">What stays.</param>
    /// <param name="stopping">Ends the reading.</param>
    public LeavingCounters(Journal journal, Projection old, KeptHistory next, CancellationToken stopping)
    {
        _reading = new CountersReading(journal, old);
        _leaves = place => next.HasLeft(place) && !old.HasLeft(place);
        _reading.ReadBefore(next.Begin.Completions.Segment, stopping);
    }

    /// <summary>They are complete when every line that stays was taken.</summary>
    public AttemptCounters Counters => _reading.Counters;

    /// <summary>Takes a line that stays: a correction of what leaves would be one of nothing afterwards.</summary>
    public void Take(in StoredLine line) => _reading.TakeCorrection(line, _leaves);
}
