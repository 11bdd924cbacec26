using PipelineMetrics.Contracts;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>Counts what became of the lines of a batch; its memory is bounded however many there are.</summary>
internal sealed class BatchTally(bool listAll)
{
    private const int MaxListed = 10_000;
    private const int MaxWarnings = 20;
    private readonly List<LineVerdict> _listed = [];
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
    private long _stored;
    private long _duplicate;
    private long _rejected;
    private long _leftOut;
    private long _firstSeq;
    private long _lastSeq;

    public bool IsEmpty => _stored + _rejected == 0;

    /// <summary>The receipt of the first line that the log did not take; null while it takes them.</summary>
    public Receipt? Failure { get; private set; }

    public void Add(long line, Receipt receipt)
    {
        if (receipt.Verdict is Verdict.DiskFull or Verdict.Unavailable) Failure ??= receipt;
        if (!receipt.IsKept)
        {
            Reject(line, receipt.Code!, receipt.Reason!, receipt.Id);
            return;
        }
        _stored++;
        if (receipt.Verdict == Verdict.Duplicate) _duplicate++;
        if (receipt.Seq > 0)
        {
            _firstSeq = _firstSeq == 0 ? receipt.Seq : Math.Min(_firstSeq, receipt.Seq);
            _lastSeq = Math.Max(_lastSeq, receipt.Seq);
        }
        if (listAll) List(new LineVerdict(line, receipt.Verdict == Verdict.Duplicate ? "duplicate" : "stored", receipt.Id, null));
    }

    /// <summary>Counts lines that were stored one after the other.</summary>
    public void AddStored(int lines, long firstSeq)
    {
        if (lines == 0) return;
        _stored += lines;
        _firstSeq = _firstSeq == 0 ? firstSeq : Math.Min(_firstSeq, firstSeq);
        _lastSeq = Math.Max(_lastSeq, firstSeq + lines - 1);
    }

    public void Reject(long line, string code, string reason, string? id = null)
    {
        _rejected++;
        List(new LineVerdict(line, code, id, reason));
    }

    public void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
        {
            if (_warnings.Count < MaxWarnings) _warnings.Add(warning);
        }
    }

    public BatchReceipt ToReceipt() => new()
    {
        Stored = _stored,
        Duplicate = _duplicate,
        Rejected = _rejected,
        FirstSeq = _firstSeq == 0 ? null : _firstSeq,
        LastSeq = _lastSeq == 0 ? null : _lastSeq,
        Results = _listed,
        ResultsLeftOut = _leftOut == 0 ? null : _leftOut,
        Warnings = _warnings.Count == 0 ? null : [.. _warnings],
    };

    private void List(LineVerdict verdict)
    {
        if (_listed.Count < MaxListed) _listed.Add(verdict);
        else _leftOut++;
    }
}
