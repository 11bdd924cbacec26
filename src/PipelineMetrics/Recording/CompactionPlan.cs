using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// Which segments may leave: of each stream the oldest, without a gap. Completions leave by their age; events too, but a task leaves as a
/// whole, when it is closed and no event of it stays.
/// </summary>
internal sealed class CompactionPlan
{
    private readonly List<Segment> _leaving = [];
    private readonly List<KeptFile> _kept = [];
    private readonly HashSet<TaskKey> _tasks = [];

    private CompactionPlan(int firstEvents) => FirstEvents = firstEvents;

    /// <summary>The segments, oldest first in each stream, events before completions.</summary>
    public IReadOnlyList<Segment> Leaving => _leaving;

    /// <summary>The oldest of each stream that stays.</summary>
    public IReadOnlyList<KeptFile> Kept => _kept;

    /// <summary>The tasks that leave with their events.</summary>
    public IReadOnlySet<TaskKey> Tasks => _tasks;

    /// <summary>The first segment of events that stays.</summary>
    public int FirstEvents { get; private set; }

    /// <summary>Decides what may leave now.</summary>
    public static CompactionPlan Make(SegmentSurvey survey, CompactionRequest request)
    {
        var plan = new CompactionPlan(survey.Segments(LogStream.Events)[0].Ordinal);
        plan.AddEvents(survey, request);
        plan.AddCompletions(survey, request);
        return plan;
    }

    /// <summary>Whether a task has an event that stays, so that it stays too.</summary>
    public bool Stays(TaskView task) => LastEvent(task) >= FirstEvents;

    /// <summary>What was done, given the archives, or would be.</summary>
    public CompactionReport Report(IReadOnlyList<ArchivedSegment>? archived) => new(
        [.. _leaving.Select((segment, i) => Describe(segment, archived?[i]))], _kept);

    private void AddCompletions(SegmentSurvey survey, CompactionRequest request)
    {
        foreach (var segment in survey.Segments(LogStream.Completions))
        {
            if (survey.WhyItStays(segment, request) is { } reason)
            {
                _kept.Add(reason);
                return;
            }
            _leaving.Add(segment);
        }
    }

    private void AddEvents(SegmentSurvey survey, CompactionRequest request)
    {
        var (waiting, tasks, reach) = (new List<Segment>(), new HashSet<TaskKey>(), -1);
        KeptFile? reason = null;
        foreach (var segment in survey.Segments(LogStream.Events))
        {
            reason = survey.WhyItStays(segment, request) ?? survey.AddTasks(segment, tasks, task => reach = Math.Max(reach, LastEvent(task)));
            if (reason is not null) break;
            waiting.Add(segment);
            if (reach > segment.Ordinal) continue;
            // No task in what is taken so far has an event beyond it.
            _leaving.AddRange(waiting);
            _tasks.UnionWith(tasks);
            FirstEvents = segment.Ordinal + 1;
            waiting.Clear();
        }
        if (waiting.Count > 0) reason = KeptFileOf(waiting[0], "later_events", "a task in it has later events that stay");
        if (reason is not null) _kept.Add(reason);
    }

    public static KeptFile KeptFileOf(Segment segment, string because, string reason) => new(segment.Listed?.File ?? segment.FileName, segment.Stream, because, reason);

    private static int LastEvent(TaskView task)
    {
        for (var i = task.History.Count - 1; i >= 0; i--)
        {
            if (LinePlace.Unpack(task.History[i]) is { Stream: LogStream.Events } place) return place.Segment;
        }
        return -1;
    }

    private static LeavingFile Describe(Segment segment, ArchivedSegment? archived) => new(
        archived?.Segment.File ?? segment.FileName, segment.Stream, segment.FirstSeq, segment.LastSeq, segment.Lines, segment.Length, archived?.ArchiveBytes);
}
