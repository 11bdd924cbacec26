namespace PipelineMetrics.Pipeline;

/// <summary>Tasks while they are counted.</summary>
internal sealed class TaskTally
{
    private readonly List<long> _cycles = [];
    private long _completed;
    private long _reworked;

    public long Total { get; set; }

    public void Complete(in TaskStory story, long? cycleMs)
    {
        _completed++;
        if (story.IsReworked) _reworked++;
        if (cycleMs is { } ms) _cycles.Add(ms);
    }

    public TaskFigures ToFigures() => new(Total, _completed, _reworked, CycleTimes.Of(_cycles));
}

/// <summary>The tasks of a chain while they are counted.</summary>
internal sealed class ChainTally
{
    public TaskTally Tasks { get; } = new();

    public long OpenTasks { get; private set; }

    /// <summary>The id of the one that is open longest; of two the first by its id.</summary>
    public string Oldest { get; private set; } = "";

    public long OldestSinceMs { get; private set; } = long.MaxValue;

    public void Open(string taskId, long sinceMs)
    {
        OpenTasks++;
        if (sinceMs > OldestSinceMs || (sinceMs == OldestSinceMs && string.CompareOrdinal(taskId, Oldest) > 0)) return;
        (Oldest, OldestSinceMs) = (taskId, sinceMs);
    }
}
