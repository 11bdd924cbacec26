using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>
/// Makes a state of the part of the log that counts and of the little that is needed of the rest: the ids of what left lately, and how
/// attempts ended whose tasks stay. At a start and after a compaction, so that both come to the same.
/// </summary>
internal sealed class Replayer
{
    private readonly Projection _state;
    private readonly Journal _journal;
    private readonly IEnumerator<TaskLine> _taskLines;
    private bool _hasTaskLine;

    public Replayer(Projection state, Journal journal)
    {
        (_state, _journal) = (state, journal);
        _taskLines = TaskLines().GetEnumerator();
    }

    /// <summary>Takes what is needed of what left. Before the first line.</summary>
    public void Begin()
    {
        foreach (var archived in _state.Kept.Remembered)
        {
            try
            {
                _journal.ReadArchived(archived, _state.ApplyId);
            }
            catch (DiskException e)
            {
                Miss(archived, e);
            }
        }
        _state.Settle();
        _hasTaskLine = _taskLines.MoveNext();
    }

    /// <summary>Takes the next line of what stays.</summary>
    public void Apply(in StoredLine line)
    {
        if (line.Seq != 0) TakeTaskLines(line.Seq);
        _state.Apply(line);
    }

    /// <summary>There is no more line.</summary>
    public void End()
    {
        TakeTaskLines(long.MaxValue);
        _state.Settle();
    }

    private void TakeTaskLines(long before)
    {
        for (; _hasTaskLine && _taskLines.Current.After < before; _hasTaskLine = _taskLines.MoveNext()) _state.Apply(_taskLines.Current);
    }

    private IEnumerable<TaskLine> TaskLines()
    {
        foreach (var archived in _state.Kept.Archived)
        {
            using var lines = _journal.TaskLinesOf(archived).GetEnumerator();
            while (MoveNext(lines, archived)) yield return lines.Current;
        }
    }

    private bool MoveNext(IEnumerator<TaskLine> lines, ArchivedSegment archived)
    {
        try
        {
            return lines.MoveNext();
        }
        catch (DiskException e)
        {
            Miss(archived, e);
            return false;
        }
    }

    // The log itself is whole, so the service starts, and says what it does not know.
    private void Miss(ArchivedSegment archived, DiskException e) => _state.LeaveOut(
        new LinePlace(archived.Stream, archived.Segment.Ordinal, 0), $"what is needed of {archived.ArchiveName} cannot be read: {e.Message}");
}
