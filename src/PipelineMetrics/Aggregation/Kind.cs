using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>How an attempt ended, status and outcome in three bits; the two never contradict each other, so six of eight occur.</summary>
internal static class Kind
{
    public const int Bits = 3;
    public const int Count = 1 << Bits;
    public const int Cancelled = 5;
    private const int PartialCompleted = 2;
    private const int PartialFailed = 3;
    private static readonly Outcome[] Outcomes = [Outcome.Success, Outcome.Failure, Outcome.Partial, Outcome.Partial, Outcome.Timeout, Outcome.Cancelled];

    public static int Of(CompletionStatus status, Outcome outcome) => outcome switch
    {
        Outcome.Cancelled => Cancelled,
        Outcome.Timeout => 4,
        Outcome.Partial => status == CompletionStatus.Completed ? PartialCompleted : PartialFailed,
        _ => status == CompletionStatus.Completed ? 0 : 1,
    };

    public static bool IsCompleted(int kind) => kind is 0 or PartialCompleted;

    public static Outcome OutcomeOf(int kind) => Outcomes[kind];

    public static CompletionStatus StatusOf(int kind) => IsCompleted(kind) ? CompletionStatus.Completed : CompletionStatus.Failed;
}

/// <summary>Attempts by how they ended.</summary>
[System.Runtime.CompilerServices.InlineArray(Kind.Count)]
internal struct KindCounts
{
    private long _first;

    /// <summary>All attempts, cancelled ones included.</summary>
    public readonly long Rows => Sum(0) + Sum(1) + this[Kind.Cancelled];

    /// <summary>Completed attempts.</summary>
    public readonly long Completed => Sum(0);

    /// <summary>Failed attempts, cancelled ones left out.</summary>
    public readonly long Failed => Sum(1);

    public void Add(in KindCounts others)
    {
        for (var kind = 0; kind < Kind.Count; kind++) this[kind] += others[kind];
    }

    public readonly IReadOnlyDictionary<Outcome, long> ByOutcome()
    {
        var counts = Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, _ => 0L);
        for (var kind = 0; kind <= Kind.Cancelled; kind++) counts[Kind.OutcomeOf(kind)] += this[kind];
        return counts;
    }

    private readonly long Sum(int failed) => failed == 0 ? this[0] + this[2] : this[1] + this[3] + this[4];
}
