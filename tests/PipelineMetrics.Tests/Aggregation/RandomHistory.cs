using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Aggregation;

/// <summary>A random history, applied to a table and kept as a list: many ties, absent values, late and future completions, revisions.</summary>
internal sealed class RandomHistory
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Dimension> Grouped = Dimensions.All;
    private readonly Random _random;
    private readonly Dictionary<long, long> _revisions = [];
    private readonly List<Action<CompletionTable>> _facts = [];
    private readonly TimeSpan _spread;

    // In every other history most completions have the same values.
    private readonly bool _isAlike;
    private long _place;

    public RandomHistory(int seed, int facts, TimeSpan? spread = null)
    {
        _spread = spread ?? TimeSpan.FromMinutes(40);
        _isAlike = seed % 2 == 0;
        _random = new Random(seed);
        for (var i = 0; i < facts; i++) AddFact();
    }

    /// <summary>Blocks so small that every history crosses their borders.</summary>
    public CompletionTable Table { get; } = new(blockRows: 8);

    /// <summary>The completions that count, by the place of the original.</summary>
    public Dictionary<long, Row> Current { get; } = [];

    /// <summary>The tasks whose work had to be done again.</summary>
    public HashSet<TaskKey> Reworked { get; } = [];

    /// <summary>What was ever counted, corrected or not.</summary>
    public List<Completion> Counted { get; } = [];

    /// <summary>A new table with the same facts.</summary>
    public CompletionTable Again()
    {
        var table = new CompletionTable(blockRows: 16);
        foreach (var apply in _facts) apply(table);
        return table;
    }

    public MetricsQuery Query() => new(Range())
    {
        Filters = [.. Grouped.Where(_ => _random.Next(24) == 0).Select(d => new DimensionFilter(d, Values(d)))],
        GroupBy = [.. Grouped.Where(_ => _random.Next(5) == 0)],
        MaxGroups = _random.Next(1, 5),
        Detail = _random.Next(2) == 0,
        GroupPercentiles = _random.Next(2) == 0,
    };

    public static Completion Made(
        string id, DateTimeOffset? createdAt = null, long? durationMs = null, bool failed = false, string? type = null, long? tokens = null) =>
        Made(new CompletionDraft
        {
            TaskId = id,
            TaskType = type,
            CreatedAt = createdAt ?? Now,
            DurationMs = durationMs,
            Status = failed ? CompletionStatus.Failed : CompletionStatus.Completed,
            ActualInputTokens = tokens,
        });

    public static Completion Revision(long? revision, bool failed = false, DateTimeOffset? createdAt = null) => Made(new CompletionDraft
    {
        TaskId = "t",
        CreatedAt = createdAt ?? Now,
        Status = failed ? CompletionStatus.Failed : CompletionStatus.Completed,
        Revises = "t-1",
        Revision = revision,
    });

    public static Completion Made(CompletionDraft draft)
    {
        Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        return completion;
    }

    public void AddFact()
    {
        if (_random.Next(20) == 0) Rework();
        var draft = Draft();
        _place += _random.Next(1, 400);
        if (Current.Count > 0 && _random.Next(5) == 0)
        {
            Revise(draft);
            return;
        }
        var completion = Made(draft);
        var place = _place;
        Apply(completion, t => t.Add(completion, place));
        Current.Add(_place, new Row(completion, _place));
    }

    private void Rework()
    {
        var task = new TaskKey(Maybe("c1", "c2", "c3"), TaskId());
        Reworked.Add(task);
        Apply(null, t => t.Rework(task));
    }

    private void Revise(CompletionDraft draft)
    {
        var original = Current.Keys.ElementAt(_random.Next(Current.Count));
        draft.Revises = "original";
        draft.Revision = _random.Next(1, 4);
        var revision = Made(draft);
        var place = _place;
        if (draft.Revision <= _revisions.GetValueOrDefault(original))
        {
            Apply(null, t => t.Revise(original, revision, place));
            return;
        }
        Apply(revision, t => t.Revise(original, revision, place));
        _revisions[original] = draft.Revision.Value;
        Current[original] = new Row(revision, _place);
    }

    private void Apply(Completion? counted, Action<CompletionTable> apply)
    {
        apply(Table);
        _facts.Add(apply);
        if (counted is not null) Counted.Add(counted);
    }

    private CompletionDraft Draft() => new()
    {
        TaskId = TaskId(),
        TaskType = Maybe("spec", "impl", "(other)", "review"),
        Model = Maybe("a", "b", "c"),
        Provider = Maybe("p1", "p2"),
        RequestId = Maybe("q1", "q2", "q3"),
        Runner = Maybe("r1", "r2"),
        Role = Maybe("coder", "Coder"),
        Executor = Maybe("e1", "e2"),
        Language = Maybe("cs", "(c)", "é"),
        Complexity = Maybe("low", "high"),
        RepoSizeCategory = Maybe("tiny", "huge"),
        SkillVersion = Maybe("1", "2"),
        Harness = Maybe("h"),
        PromptVariant = Maybe("v1", "v2"),
        ChainId = Maybe("c1", "c2", "c3"),
        Source = Maybe("import", "api"),
        Outcome = (Outcome)_random.Next(5),
        CreatedAt = Now.AddMinutes(_random.Next(-(int)_spread.TotalMinutes, 5)).AddMilliseconds(_random.Next(2)),
        DurationMs = _random.Next(5) == 0 ? null : _random.Next(6) * 1000,
        RetryCount = Number(3),
        ActualInputTokens = _random.Next(20) == 0 ? uint.MaxValue + _random.NextInt64(-2, 3) : Number(1000),
        ActualOutputTokens = 50 + _random.Next(100),
        CacheReadTokens = Number(1000),
        CacheWriteTokens = Number(1000),
        ReasoningTokens = Number(50),
        ActualCostUsdMicros = Number(1_000_000),
        EstimatedInputTokens = Number(1000),
        EstimatedOutputTokens = Number(150),
        EstimatedCostUsdMicros = _random.Next(2) == 0 ? null : Number(3),
        CostSource = _random.Next(2) == 0 ? CostSource.Estimated : null,
        QueueWaitMs = Number(60_000),
        QualityGatePassed = _random.Next(3) switch { 0 => true, 1 => false, _ => null },
        OutcomeInferred = _random.Next(4) == 0 ? true : null,
    };

    // Edges fall on completions as often as between them, and now and then inside a millisecond.
    private TimeRange Range()
    {
        var off = TimeSpan.FromTicks(_random.Next(3) * 5000);
        if (_random.Next(2) == 0) return TimeRange.Rolling(TimeSpan.FromMinutes(_random.Next(1, 45)) + off);
        DateTimeOffset? since = _random.Next(3) == 0 ? null : Now.AddMinutes(_random.Next(-45, 0)) + off;
        DateTimeOffset? until = _random.Next(3) == 0 ? null : (since ?? Now.AddMinutes(-40)).AddMinutes(_random.Next(1, 30));
        return TimeRange.Between(since, until);
    }

    private List<string> Values(Dimension dimension) =>
        [.. Current.Values.Select(r => Recount.Value(r.Completion, dimension)).OfType<string>().Append("nobody").Distinct().Where(_ => _random.Next(2) == 0).Append("none")];

    // Some cannot be written as they are.
    private string TaskId() => ((string[])["t", "c1", "é", "\"", "\u0001\ud83d\ude00"])[_random.Next(5)];

    private string? Maybe(params string[] values) => _isAlike && _random.Next(40) > 0 ? values[0] : _random.Next(4) == 0 ? null : values[_random.Next(values.Length)];

    private long? Number(int below) => _random.Next(3) == 0 ? null : _random.Next(below);
}
