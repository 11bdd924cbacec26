using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>Attempts by which of some values they have. A set of values is one bit for each, in the order in which they were asked for.</summary>
/// <param name="rows">The rows in range.</param>
/// <param name="has">The set of each profile.</param>
/// <param name="sizes">How many attempts have exactly each set.</param>
internal sealed class Likeness(Selected rows, byte[] has, long[] sizes)
{
    /// <summary>How many attempts have all these values, whatever else they have.</summary>
    public long SizeOf(int values)
    {
        var size = 0L;
        for (var set = 0; set < sizes.Length; set++)
        {
            if ((set & values) == values) size += sizes[set];
        }
        return size;
    }

    /// <summary>How the numbers of the attempts that have all these values are distributed. One pass over the rows.</summary>
    public AttemptNumbers NumbersOf(int values)
    {
        var size = checked((int)SizeOf(values));
        using NumberSample durations = new(size), input = new(size), output = new(size), cost = new(size);
        var pass = new NumberPass(has, values, durations, input, output, cost);
        rows.Walk(ref pass);
        return new AttemptNumbers(durations.ToDistribution(), input.ToDistribution(), output.ToDistribution(), cost.ToDistribution());
    }

    private struct NumberPass(byte[] has, int values, NumberSample durations, NumberSample input, NumberSample output, NumberSample cost) : IRowVisitor
    {
        private Block? _block;
        private NumberColumn? _input;
        private NumberColumn? _output;
        private NumberColumn? _cost;

        public void Visit(Block block, int row)
        {
            var cell = block.Cells[row];
            if ((has[cell >> Kind.Bits] & values) != values || (cell & (Kind.Count - 1)) == Kind.Cancelled) return;
            if (block != _block) Enter(block);
            var ms = block.DurationMs[row];
            if (ms != Block.UnknownDuration) durations.Add(ms);
            if (_input is not null) input.Add(_input[row]);
            if (_output is not null) output.Add(_output[row]);
            if (_cost is not null) cost.Add(_cost[row]);
        }

        private void Enter(Block block)
        {
            _block = block;
            _input = block.Detail(CompletionDetail.InputTokens);
            _output = block.Detail(CompletionDetail.OutputTokens);
            _cost = block.Detail(CompletionDetail.CostUsdMicros);
        }
    }
}

/// <summary>How the numbers of attempts are distributed.</summary>
internal sealed record AttemptNumbers(Distribution DurationMs, Distribution InputTokens, Distribution OutputTokens, Distribution CostUsdMicros)
{
    public static AttemptNumbers Unknown { get; } = new(Distribution.Unknown, Distribution.Unknown, Distribution.Unknown, Distribution.Unknown);
}
