using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>
/// Looks at segments to find what may leave, beside the commits. What is found of a segment is kept, since a sealed one does not change.
/// </summary>
/// <param name="journal">The log.</param>
/// <param name="tasks">The tasks as they are.</param>
/// <param name="retries">When a failed task is given up.</param>
/// <param name="stopping">Ends it.</param>
internal sealed class SegmentSurvey(Journal journal, Func<TaskBook> tasks, RetryOptions retries, Func<CancellationToken> stopping)
{
    private readonly Dictionary<(LogStream Stream, int Ordinal), SegmentFacts> _facts = [];
    private readonly Dictionary<(LogStream Stream, int Ordinal), string> _refused = [];
    private readonly Dictionary<int, TaskKey> _open = [];

    /// <summary>The segments of a stream that did not leave, oldest first, the active one last.</summary>
    public IReadOnlyList<Segment> Segments(LogStream stream) => journal.Kept(stream);

    /// <summary>What a segment's lines say.</summary>
    public SegmentFacts FactsOf(Segment segment)
    {
        if (_facts.TryGetValue(KeyOf(segment), out var known)) return known;
        var facts = new SegmentFacts();
        Read(segment, facts.Add);
        if (segment.Listed is not null) _facts[KeyOf(segment)] = facts;
        return facts;
    }

    /// <summary>Notes that no archive of it could be made.</summary>
    public void Refuse(Segment segment, string reason) => _refused[KeyOf(segment)] = reason;

    /// <summary>Why a segment must stay whatever its tasks; null when it need not.</summary>
    public KeptFile? WhyItStays(Segment segment, CompactionRequest request)
    {
        var mayBeSealed = request is { Seal: true, DryRun: true } && segment.FirstSeq != 0;
        if (segment.Listed is null && !mayBeSealed) return CompactionPlan.KeptFileOf(segment, "active", "it is being written to");
        if (_refused.TryGetValue(KeyOf(segment), out var reason)) return CompactionPlan.KeptFileOf(segment, "not_sound", reason);
        // What stays must come after what leaves by its ordinal too; a file that somebody put back does not.
        if (Segments(segment.Stream).Any(other => other.Ordinal < segment.Ordinal && other.FirstSeq > segment.LastSeq))
            return CompactionPlan.KeptFileOf(segment, "not_sound", "it was put among newer ones");
        if (FactsOf(segment).NewestRecordedAt is not { } newest || newest < request.Before) return null;
        return CompactionPlan.KeptFileOf(segment, "newer", $"its newest fact was recorded at {Instant.ToText(newest)}");
    }

    /// <summary>Adds the tasks of a segment of events.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="known">The tasks so far.</param>
    /// <param name="added">Told of each that was not among them.</param>
    /// <returns>Why it must stay; null when all its tasks are closed.</returns>
    public KeptFile? AddTasks(Segment segment, HashSet<TaskKey> known, Action<TaskView> added)
    {
        var book = tasks();
        // Most often it is the task that was open the last time.
        if (_open.TryGetValue(segment.Ordinal, out var last) && book.Find(last) is { } still && IsOpen(still)) return Open(segment, still);
        TaskView? open = null;
        Read(segment, (in StoredLine line) =>
        {
            if (open is not null || !PipelineEvent.TryReadLine(line.Json, out var fact, out _) || fact.Task is not { } key) return;
            if (!known.Add(key) || book.Find(key) is not { } task) return;
            if (IsOpen(task)) open = task;
            else added(task);
        });
        return open is null ? null : Open(segment, open);
    }

    private KeptFile Open(Segment segment, TaskView task)
    {
        _open[segment.Ordinal] = task.Key;
        return CompactionPlan.KeptFileOf(segment, "open_task", $"the task '{task.Key}' in it is {TaskStates.Word(task.State)}");
    }

    private bool IsOpen(TaskView task) => task.State switch
    {
        TaskState.Completed or TaskState.Cancelled => false,
        TaskState.Failed => retries.AdviceFor(task) is not { Exhausted: true },
        _ => true,
    };

    private void Read(Segment segment, LineReader reader)
    {
        var lines = 0;
        journal.ReadSegment(segment, (in StoredLine line) =>
        {
            if (++lines % 4096 == 0) stopping().ThrowIfCancellationRequested();
            reader(line);
        });
    }

    private static (LogStream, int) KeyOf(Segment segment) => (segment.Stream, segment.Ordinal);
}
