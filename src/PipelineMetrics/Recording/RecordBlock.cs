using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>A block that somebody posted: all of it is planned, or none.</summary>
internal sealed class RecordBlock(PostedBlock block) : Command, IPlanned
{
    private PendingLine[] _pending = [];

    public override int Bytes => block.Bytes;

    public int Count => block.Count;

    /// <summary>Whether other lines have a say in some of these, so that each must be decided on its own.</summary>
    public bool IsRelated { get; private set; }

    public override bool TryDecide(CommitPlan plan)
    {
        if (!plan.TakesBlock(block)) return false;
        IsRelated = plan.State.IsRelated(block);
        if (IsRelated) Settle(Receipt.Refused(Verdict.Unavailable, "related", "Each line must be decided on its own."));
        else plan.Add(this, block);
        return true;
    }

    public void Encode(long seq, DateTimeOffset now, List<PendingLine> lines)
    {
        _pending = new PendingLine[block.Count];
        for (var i = 0; i < _pending.Length; i++) _pending[i] = new PendingLine(LogStream.Completions, block.Line(i, seq + i, now));
        lines.AddRange(_pending);
    }

    public void ApplyTo(Projection state)
    {
        foreach (var line in _pending)
        {
            if (!state.TryApplyPlain(line.Body.Span, line.Place, line.Seq))
                throw new InvalidOperationException($"Line {line.Seq} was made of what was sent and cannot be applied.");
        }
    }

    public void SettleStored(Projection state) => Settle(new Receipt(Verdict.Stored) { Seq = _pending[0].Seq });

    public void SettleFailed(Receipt receipt) => Settle(receipt);
}
