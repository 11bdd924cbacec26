using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.Tests.Aggregation;

namespace PipelineMetrics.Tests.Analysis;

/// <summary>A prediction made the obvious way, over a list. Written from the definitions, sharing nothing with what it judges.</summary>
internal static class NaivePrediction
{
    private static readonly Func<TaskKind, TaskKind>[] Ladder =
    [
        kind => kind,
        kind => kind with { Complexity = null },
        kind => kind with { Provider = null },
        kind => kind with { Provider = null, Complexity = null },
        kind => new TaskKind(kind.TaskType, null),
        kind => new TaskKind(null, kind.Model),
        _ => new TaskKind(null, null),
    ];

    public static void ShouldEqual(Prediction actual, TaskKind kind, IEnumerable<Row> inRange, int minSamples)
    {
        var attempts = inRange.Select(r => r.Completion).Where(c => c.Outcome != Outcome.Cancelled).ToList();
        var levels = Ladder.Select(less => less(kind)).Distinct().Select(shared => (Shared: shared, Alike: attempts.Where(c => IsLike(c, shared)).ToList())).ToList();
        var (common, sample) = levels.FirstOrDefault(l => l.Alike.Count >= minSamples) is { Alike: not null } enough
            ? enough : levels.FirstOrDefault(l => l.Alike.Count > 0, (kind, []));
        var fallback = sample.Count == 0 ? Fallback.None : NameOf(common, kind);
        (actual.SampleSize, actual.Fallback, actual.Confidence).ShouldBe((sample.Count, fallback, ConfidenceOf(fallback, sample.Count, minSamples)));
        actual.InputTokens.ShouldBe(Distribution(sample, c => c.ActualInputTokens));
        actual.OutputTokens.ShouldBe(Distribution(sample, c => c.ActualOutputTokens));
        actual.CostUsdMicros.ShouldBe(Distribution(sample, c => c.ActualCostUsdMicros));
        actual.DurationMs.ShouldBe(Distribution(sample, c => c.DurationMs));
    }

    private static bool IsLike(Completion c, TaskKind shared) =>
        (shared.TaskType ?? c.TaskType) == c.TaskType && (shared.Model ?? c.Model) == c.Model
        && (shared.Provider ?? c.Provider) == c.Provider && (shared.Complexity ?? c.Complexity) == c.Complexity;

    private static Fallback NameOf(TaskKind shared, TaskKind kind) => shared switch
    {
        _ when shared == kind => Fallback.Exact,
        { Provider: not null } => Fallback.WithoutComplexity,
        { Complexity: not null } => Fallback.WithoutProvider,
        { TaskType: not null, Model: not null } => Fallback.TaskTypeAndModel,
        { TaskType: not null } => Fallback.TaskType,
        { Model: not null } => Fallback.Model,
        _ => Fallback.All,
    };

    private static Confidence ConfidenceOf(Fallback fallback, int attempts, int minSamples) => attempts switch
    {
        0 => Confidence.None,
        _ when attempts < minSamples => Confidence.Low,
        >= 100 when fallback == Fallback.Exact => Confidence.High,
        >= 30 when fallback is Fallback.Exact or Fallback.WithoutComplexity or Fallback.WithoutProvider or Fallback.TaskTypeAndModel => Confidence.Medium,
        _ => Confidence.Low,
    };

    private static Distribution Distribution(List<Completion> sample, Func<Completion, long?> number)
    {
        var numbers = sample.Select(number).OfType<long>().ToList();
        return new Distribution(
            numbers.Count, Recount.NearestRank(numbers, 10), Recount.NearestRank(numbers, 25), Recount.NearestRank(numbers, 50),
            Recount.NearestRank(numbers, 75), Recount.NearestRank(numbers, 90));
    }
}
