using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>The figures of a group while rows come in. Sums are of whole numbers and wide enough never to wrap.</summary>
internal sealed class Tally
{
    private static readonly Outcome[] AllOutcomes = Enum.GetValues<Outcome>();
    private readonly long[] _outcomes = new long[AllOutcomes.Length];
    private readonly Int128[] _sums = new Int128[Details.Count];
    private readonly long[] _counts = new long[Details.Count];
    private readonly RankedValues _durations = new();
    private long _completed;
    private long _failed;
    private long _inferred;
    private long _firstPass;
    private long _estimatedCosts;
    private long _gatesKnown;
    private long _gatesFailed;

    /// <summary>All rows, cancelled ones included.</summary>
    public long Rows { get; private set; }

    public static Tally Of(IEnumerable<Tally> parts)
    {
        var whole = new Tally();
        foreach (var part in parts) whole.Add(part);
        return whole;
    }

    public void Add(Block block, int row)
    {
        var flags = block.Flags[row];
        Rows++;
        _outcomes[block.Outcomes[row]]++;
        if ((flags & RowFlags.Inferred) != 0) _inferred++;
        if ((flags & RowFlags.GatesKnown) != 0) _gatesKnown++;
        if ((flags & RowFlags.GatesFailed) != 0) _gatesFailed++;
        AddDetails(block, row, flags);
        if ((flags & RowFlags.Cancelled) != 0) return;
        if ((flags & RowFlags.Completed) == 0) _failed++;
        else AddCompleted(block, row);
        if (block.DurationMs[row] is not Block.UnknownDuration and var ms) _durations.Add(ms, block.Places[row]);
    }

    /// <param name="detail">Whether more percentiles than p50 and p95 are asked for.</param>
    public GroupFigures ToFigures(bool detail) => new()
    {
        Completed = _completed,
        Failed = _failed,
        Outcomes = AllOutcomes.ToDictionary(o => o, o => _outcomes[(int)o]),
        Inferred = _inferred,
        Duration = new Sum(_durations.TotalMs, _durations.Count),
        P50 = _durations.AtRank(50),
        P90 = detail ? _durations.AtRank(90) : null,
        P95 = _durations.AtRank(95),
        P99 = detail ? _durations.AtRank(99) : null,
        Min = detail ? _durations.AtRank(0) : null,
        Max = detail ? _durations.AtRank(100) : null,
        FirstPass = _firstPass,
        Retries = SumOf(Details.Retries),
        InputTokens = SumOf(Details.InputTokens),
        OutputTokens = SumOf(Details.OutputTokens),
        CacheReadTokens = SumOf(Details.CacheReadTokens),
        CacheWriteTokens = SumOf(Details.CacheWriteTokens),
        ReasoningTokens = SumOf(Details.ReasoningTokens),
        Cost = SumOf(Details.Cost),
        EstimatedCosts = _estimatedCosts,
        GatesKnown = _gatesKnown,
        GatesFailed = _gatesFailed,
        QueueWait = SumOf(Details.QueueWait),
    };

    private void AddCompleted(Block block, int row)
    {
        _completed++;
        if (block.DetailOf(row, Details.Retries) <= 0) _firstPass++;
    }

    private void AddDetails(Block block, int row, RowFlags flags)
    {
        for (var detail = 0; detail < Details.Count; detail++)
        {
            var value = block.DetailOf(row, detail);
            if (value < 0) continue;
            _sums[detail] += value;
            _counts[detail]++;
        }
        if ((flags & RowFlags.CostEstimated) != 0 && block.DetailOf(row, Details.Cost) >= 0) _estimatedCosts++;
    }

    private void Add(Tally part)
    {
        for (var i = 0; i < _outcomes.Length; i++) _outcomes[i] += part._outcomes[i];
        for (var i = 0; i < Details.Count; i++)
        {
            _sums[i] += part._sums[i];
            _counts[i] += part._counts[i];
        }
        _durations.AddAll(part._durations);
        (_completed, _failed, Rows) = (_completed + part._completed, _failed + part._failed, Rows + part.Rows);
        (_inferred, _firstPass, _estimatedCosts) = (_inferred + part._inferred, _firstPass + part._firstPass, _estimatedCosts + part._estimatedCosts);
        (_gatesKnown, _gatesFailed) = (_gatesKnown + part._gatesKnown, _gatesFailed + part._gatesFailed);
    }

    private Sum SumOf(int detail) => new((long)Int128.Min(_sums[detail], long.MaxValue), _counts[detail]);
}
