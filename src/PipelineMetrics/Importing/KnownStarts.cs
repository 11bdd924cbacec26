using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Importing;

/// <summary>When tasks started, as far as it has been told: how long an attempt took that only says when it ended.</summary>
internal sealed class KnownStarts(TaskBook tasks)
{
    private readonly Dictionary<TaskKey, List<DateTimeOffset>> _starts = [];

    /// <summary>Notes the start, if the event is one.</summary>
    public void Note(PipelineEvent happened)
    {
        if (happened.EventType != TaskEvents.Started || happened.Task is not { } task) return;
        if (!_starts.TryGetValue(task, out var starts)) _starts[task] = starts = new List<DateTimeOffset>(1);
        starts.Add(happened.Timestamp);
    }

    /// <summary>From the last start before the end, milliseconds; null when none is known, or when no attempt can have taken that long.</summary>
    public long? DurationMs(TaskKey task, DateTimeOffset end)
    {
        var started = LastIn(task, end) ?? LastInLog(task);
        if (started is null || started > end) return null;
        var ms = (long)(end - started.Value).TotalMilliseconds;
        return ms <= CompletionFields.MaxDurationMs ? ms : null;
    }

    private DateTimeOffset? LastIn(TaskKey task, DateTimeOffset end)
    {
        DateTimeOffset? last = null;
        if (!_starts.TryGetValue(task, out var starts)) return null;
        foreach (var start in starts)
        {
            if (start <= end && !(start < last)) last = start;
        }
        return last;
    }

    private DateTimeOffset? LastInLog(TaskKey task) => tasks.Find(task) is { } known ? known.RunningSince ?? known.StartedAt : null;
}
