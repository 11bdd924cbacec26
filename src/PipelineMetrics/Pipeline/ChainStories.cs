namespace PipelineMetrics.Pipeline;

/// <summary>What is known of every chain that was ever named, under its number.</summary>
internal sealed class ChainStories
{
    private readonly NumberedNames _names = new();
    private readonly List<Story> _stories = [];

    public string this[int chain] => _names[chain];

    /// <summary>A fact names it.</summary>
    /// <returns>Its number.</returns>
    public int Name(string chainId, bool isCounted)
    {
        var chain = _names.NumberOf(chainId);
        if (chain == _stories.Count) _stories.Add(new Story());
        _stories[chain].IsCounted |= isCounted;
        return chain;
    }

    /// <summary>It was completed.</summary>
    public void Complete(int chain) => _stories[chain].IsCompleted = true;

    /// <summary>One of its tasks was started.</summary>
    public void Start(int chain) => _stories[chain].TaskStarts++;

    /// <summary>Whether it is completed, by its own word.</summary>
    public bool IsCompleted(int chain) => _stories[chain].IsCompleted;

    /// <summary>Its number when a fact in the range names it; all of them in the order of their names.</summary>
    public IEnumerable<int> Counted => Enumerable.Range(0, _stories.Count).Where(chain => _stories[chain].IsCounted).OrderBy(chain => _names[chain], StringComparer.Ordinal);

    /// <param name="withoutStart">Tasks in chains of which no start is known.</param>
    public ChainTotals ToTotals(long withoutStart)
    {
        var counted = _stories.Where(story => story.IsCounted).ToList();
        return new ChainTotals(counted.Count, counted.LongCount(story => story.IsCompleted), counted.Sum(story => story.TaskStarts) + withoutStart);
    }

    private sealed class Story
    {
        public bool IsCounted;
        public bool IsCompleted;
        public long TaskStarts;
    }
}
