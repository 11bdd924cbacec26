using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>
/// What a sender says of an attempt, as a list of fields with the seeds of their values. A correction is such a list too, and what
/// then counts is both lists, one after the other: merging needs no rule of the service.
/// </summary>
internal sealed record Said(IReadOnlyList<(int Field, int Seed)> Fields)
{
    public static readonly DateTimeOffset Base = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Action<CompletionDraft, Random>[] All =
    [
        (d, r) => d.DurationMs = r.Next(6) * 1000,
        (d, r) => (d.Status, d.Outcome) = Ending(r),
        (d, r) => d.CreatedAt = Moment(r),
        (d, r) => d.TaskType = One(r, "spec", "impl", "(other)", "review"),
        (d, r) => d.Model = One(r, "a", "b", "c"),
        (d, r) => d.Provider = One(r, "p1", "p2"),
        (d, r) => d.RequestId = One(r, "q1", "q2", "q3"),
        (d, r) => d.Runner = One(r, "r1", "r2"),
        (d, r) => d.Role = One(r, "coder", "Coder"),
        (d, r) => d.Executor = One(r, "e1", "e2"),
        (d, r) => d.Language = One(r, "cs", "(c)", "é"),
        (d, r) => d.Complexity = One(r, "low", "high"),
        (d, r) => d.RepoSizeCategory = One(r, "tiny", "huge"),
        (d, r) => d.SkillVersion = One(r, "1", "2"),
        (d, r) => d.Harness = One(r, "h", "H"),
        (d, r) => d.PromptVariant = One(r, "v1", "v2"),
        (d, r) => d.Source = One(r, "import", "sync"),
        (d, r) => d.RetryCount = r.Next(3),
        (d, r) => d.ActualInputTokens = r.Next(1000),
        (d, r) => (d.ActualOutputTokens, d.ReasoningTokens) = (50 + r.Next(100), r.Next(50)),
        (d, r) => (d.CacheReadTokens, d.CacheWriteTokens) = (r.Next(1000), r.Next(1000)),
        (d, r) => (d.ActualCostUsdMicros, d.CostSource) = (r.Next(1_000_000), r.Next(2) == 0 ? CostSource.Estimated : null),
        (d, r) => (d.EstimatedInputTokens, d.EstimatedOutputTokens) = (r.Next(1000), r.Next(150)),
        (d, r) => d.EstimatedCostUsdMicros = r.Next(1_000_000),
        (d, r) => d.QueueWaitMs = r.Next(60_000),
        (d, r) => d.QualityGatePassed = r.Next(2) == 0,
        (d, r) => d.OutcomeInferred = r.Next(2) == 0,
    ];

    /// <summary>A report that may arrive: it says how the attempt ended and how long it took, and any of the rest.</summary>
    public static Said Report(Random random) => new([.. Enumerable.Range(0, All.Length)
        .Where(field => field < 2 || random.Next(3) > 0).Select(field => (field, random.Next()))]);

    /// <summary>A correction of some fields.</summary>
    public static Said Correction(Random random) => new([.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (random.Next(All.Length), random.Next()))]);

    public Said Then(Said correction) => new([.. Fields, .. correction.Fields]);

    public CompletionDraft Draft()
    {
        var draft = new CompletionDraft();
        foreach (var (field, seed) in Fields) All[field](draft, new Random(seed));
        return draft;
    }

    private static (CompletionStatus, Outcome) Ending(Random random) => random.Next(5) switch
    {
        0 => (CompletionStatus.Failed, Outcome.Failure),
        1 => (CompletionStatus.Failed, Outcome.Timeout),
        2 => (CompletionStatus.Failed, Outcome.Cancelled),
        3 => (CompletionStatus.Completed, Outcome.Partial),
        _ => (CompletionStatus.Completed, Outcome.Success),
    };

    // Around now, around the edge of the default window, and far outside: late ones, ties, and a little ahead of the service.
    private static DateTimeOffset Moment(Random random) => random.Next(4) switch
    {
        0 => Base.AddDays(-7).AddMilliseconds(random.Next(-2, 3)).AddMinutes(random.Next(0, 3)),
        1 => Base.AddDays(-random.Next(1, 4000)),
        _ => Base.AddMinutes(random.Next(-40, 5)).AddMilliseconds(random.Next(2)),
    };

    private static string One(Random random, params string[] values) => values[random.Next(values.Length)];
}
