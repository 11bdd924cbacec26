using PipelineMetrics.Aggregation;
using PipelineMetrics.Counters;

namespace PipelineMetrics.Recording;

/// <summary>
/// The sums of all completions that have left, so that what counts from the beginning goes on counting. Each as it counted when it left,
/// corrections included.
/// </summary>
public sealed record CarriedOver
{
    private const string FirstVersionName = "first_version";

    // The names are those in journal.json, where their meaning is fixed.
    private static readonly (string Name, Func<GroupFigures, long> Of)[] Sums =
    [
        ("completed", f => f.Completed),
        ("failed", f => f.Failed),
        ("cancelled", f => f.Detail!.Outcomes[Events.Outcome.Cancelled]),
        ("durations", f => f.Duration.Count),
        ("duration_ms", f => f.Duration.Total),
        ("retries", f => f.Detail!.Retries.Total),
        ("input_tokens", f => f.Detail!.InputTokens.Total),
        ("output_tokens", f => f.Detail!.OutputTokens.Total),
        ("cache_read_tokens", f => f.Detail!.CacheReadTokens.Total),
        ("cache_write_tokens", f => f.Detail!.CacheWriteTokens.Total),
        ("reasoning_tokens", f => f.Detail!.ReasoningTokens.Total),
        ("costs", f => f.Detail!.Cost.Count),
        ("cost_usd_micros", f => f.Detail!.Cost.Total),
        ("gates_known", f => f.Detail!.GatesKnown),
        ("gates_failed", f => f.Detail!.GatesFailed),
        ("queue_wait_ms", f => f.Detail!.QueueWait.Total),
    ];

    private readonly IReadOnlyDictionary<string, long> _sums;

    internal CarriedOver(IReadOnlyDictionary<string, long> sums) => _sums = sums;

    /// <summary>All of them, as <c>journal.json</c> holds them.</summary>
    internal IReadOnlyDictionary<string, long> All => _sums;

    /// <summary>Completed attempts.</summary>
    public long Completed => this["completed"];

    /// <summary>Failed attempts.</summary>
    public long Failed => this["failed"];

    /// <summary>Cancelled attempts, which are in neither of the two.</summary>
    public long Cancelled => this["cancelled"];

    /// <summary>Known durations: how many, and their sum in milliseconds.</summary>
    public Sum Duration => new(this["duration_ms"], this["durations"]);

    /// <summary>Known costs: how many, and their sum in millionths of a US dollar.</summary>
    public Sum Cost => new(this["cost_usd_micros"], this["costs"]);

    /// <summary>A sum by the name it has in <c>journal.json</c>; 0 when nothing has left.</summary>
    /// <param name="name">Such as <c>input_tokens</c>.</param>
    public long this[string name] => _sums.GetValueOrDefault(name);

    /// <summary>What has left of the counters, to go on from.</summary>
    internal AttemptCounters Counters => SavedCounters.Load(_sums);

    internal long FirstVersion => this[FirstVersionName];

    /// <summary>The sums when some more has left: what all figures were less by afterwards.</summary>
    internal CarriedOver Plus(GroupFigures before, GroupFigures after, long firstVersion, AttemptCounters counters)
    {
        var sums = _sums.ToDictionary();
        foreach (var (name, of) in Sums) sums[name] = Added(this[name], of(before) - of(after));
        sums[FirstVersionName] = firstVersion;
        SavedCounters.Save(counters, sums);
        return new CarriedOver(sums);
    }

    // As every sum here, it stays at the largest number instead of wrapping.
    private static long Added(long sum, long more) => more > long.MaxValue - sum ? long.MaxValue : sum + more;
}
