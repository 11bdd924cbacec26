using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// A run of rows as columns. Columns that most completions do not say are there only in blocks where one does; -1 is an unknown number.
/// </summary>
/// <remarks>One writer fills rows from the front and publishes their count elsewhere; readers look only at published rows.</remarks>
internal sealed class Block(int capacity)
{
    public const uint UnknownDuration = uint.MaxValue;

    public readonly long[] CreatedMs = new long[capacity];
    public readonly uint[] DurationMs = new uint[capacity];
    public readonly int[] Profiles = new int[capacity];
    public readonly long[] Places = new long[capacity];
    public readonly RowFlags[] Flags = new RowFlags[capacity];
    public readonly byte[] Outcomes = new byte[capacity];

    private readonly long[]?[] _details = new long[]?[Details.Count];

    /// <summary>Bounds of <see cref="CreatedMs"/>; they only widen.</summary>
    public long MinCreatedMs = long.MaxValue;
    public long MaxCreatedMs = long.MinValue;

    public long MemoryBytes => capacity * (26L + (8 * _details.Count(d => d is not null)));

    public void Write(int row, Completion completion, int profile, long place)
    {
        var created = completion.CreatedAt.ToUnixTimeMilliseconds();
        CreatedMs[row] = created;
        DurationMs[row] = completion.DurationMs is { } duration ? (uint)duration : UnknownDuration;
        Profiles[row] = profile;
        Places[row] = place;
        Flags[row] = RowFlagsOf(completion);
        Outcomes[row] = (byte)completion.Outcome;
        for (var i = 0; i < Details.Count; i++)
        {
            if (Details.Of(completion, i) is { } value) (_details[i] ??= NewColumn())[row] = value;
        }
        MinCreatedMs = Math.Min(MinCreatedMs, created);
        MaxCreatedMs = Math.Max(MaxCreatedMs, created);
    }

    /// <summary>The number of this detail, or -1 when it was not said.</summary>
    public long DetailOf(int row, int detail) => _details[detail] is { } column ? column[row] : -1;

    private long[] NewColumn()
    {
        var column = new long[capacity];
        Array.Fill(column, -1);
        return column;
    }

    private static RowFlags RowFlagsOf(Completion completion)
    {
        var flags = completion.Outcome == Outcome.Cancelled ? RowFlags.Cancelled : RowFlags.None;
        if (completion.Status == CompletionStatus.Completed) flags |= RowFlags.Completed;
        if (completion.OutcomeInferred == true) flags |= RowFlags.Inferred;
        if (completion.CostSource == CostSource.Estimated) flags |= RowFlags.CostEstimated;
        if (completion.QualityGatesRun is not null || completion.QualityGatePassed is not null) flags |= RowFlags.GatesKnown;
        if (completion.QualityGatesFailed is { Count: > 0 } || completion.QualityGatePassed == false) flags |= RowFlags.GatesKnown | RowFlags.GatesFailed;
        return flags;
    }
}

/// <summary>What is yes or no about a row.</summary>
[Flags]
internal enum RowFlags : byte
{
    None = 0,
    Completed = 1,
    Cancelled = 2,
    Inferred = 4,
    CostEstimated = 8,
    GatesKnown = 16,
    GatesFailed = 32,

    /// <summary>A later row corrects this one; which, the table knows.</summary>
    Superseded = 64,
}

/// <summary>The numbers of a completion that are only summed.</summary>
internal static class Details
{
    public const int Retries = 0;
    public const int InputTokens = 1;
    public const int OutputTokens = 2;
    public const int CacheReadTokens = 3;
    public const int CacheWriteTokens = 4;
    public const int ReasoningTokens = 5;
    public const int Cost = 6;
    public const int QueueWait = 7;
    public const int Count = 8;

    public static long? Of(Completion completion, int detail) => detail switch
    {
        Retries => completion.RetryCount,
        InputTokens => completion.ActualInputTokens,
        OutputTokens => completion.ActualOutputTokens,
        CacheReadTokens => completion.CacheReadTokens,
        CacheWriteTokens => completion.CacheWriteTokens,
        ReasoningTokens => completion.ReasoningTokens,
        Cost => completion.ActualCostUsdMicros,
        _ => completion.QueueWaitMs,
    };
}
