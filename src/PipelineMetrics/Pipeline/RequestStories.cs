namespace PipelineMetrics.Pipeline;

/// <summary>What is known of every change request that was ever named. Times are Unix milliseconds.</summary>
internal sealed class RequestStories
{
    private readonly Dictionary<string, Story> _stories = new(StringComparer.Ordinal);

    /// <summary>A fact names it.</summary>
    public void Name(string requestId, long ms, bool isCounted)
    {
        var story = Of(requestId);
        story.NamedMs = Math.Min(story.NamedMs, ms);
        story.IsCounted |= isCounted;
    }

    /// <summary>It was created.</summary>
    public void Create(string requestId, long ms)
    {
        var story = Of(requestId);
        story.CreatedMs = Math.Min(story.CreatedMs, ms);
    }

    /// <summary>It was closed.</summary>
    public void Close(string requestId, long ms, bool isCounted)
    {
        var story = Of(requestId);
        story.ClosedMs = Math.Max(story.ClosedMs, ms);
        story.IsCounted |= isCounted;
    }

    public RequestFigures ToFigures(PipelineScope scope)
    {
        var (total, closed, cycles) = (0L, 0L, new List<long>());
        foreach (var story in _stories.Values)
        {
            if (!story.IsCounted) continue;
            total++;
            if (story.ClosedMs == long.MinValue || !scope.Counts(story.ClosedMs)) continue;
            closed++;
            if (story.BeganMs <= story.ClosedMs) cycles.Add(story.ClosedMs - story.BeganMs);
        }
        return new RequestFigures(total, closed, CycleTimes.Of(cycles));
    }

    private Story Of(string requestId)
    {
        if (!_stories.TryGetValue(requestId, out var story)) _stories[requestId] = story = new Story();
        return story;
    }

    private sealed class Story
    {
        public long NamedMs = long.MaxValue;
        public long CreatedMs = long.MaxValue;
        public long ClosedMs = long.MinValue;
        public bool IsCounted;

        public long BeganMs => CreatedMs == long.MaxValue ? NamedMs : CreatedMs;
    }
}
