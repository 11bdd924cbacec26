using PipelineMetrics.Recording;

namespace PipelineMetrics.Importing;

/// <summary>Counts what became of the lines of an import; its memory is bounded however many there are.</summary>
internal sealed class ImportTally(bool isDryRun)
{
    public const int MostNamed = 1000;
    public const int MostWarnings = 20;
    private readonly List<RejectedLine> _named = [];
    private readonly Dictionary<string, long> _warnings = new(StringComparer.Ordinal);
    private long _imported;
    private long _completions;
    private long _duplicate;
    private long _rejected;
    private long _firstSeq;
    private long _lastSeq;

    /// <summary>The receipt of the first line that the log could not take; null while it takes them.</summary>
    public Receipt? Failure { get; private set; }

    public void Add(long line, Fact fact, Receipt receipt)
    {
        switch (receipt.Verdict)
        {
            case Verdict.Stored:
                Count(fact, receipt.Seq);
                break;
            case Verdict.Duplicate:
                _duplicate++;
                break;
            default:
                if (receipt.Verdict is Verdict.DiskFull or Verdict.Unavailable) Failure ??= receipt;
                Reject(line, receipt.Code!, receipt.Reason!);
                break;
        }
    }

    public void Reject(long line, string code, string reason)
    {
        _rejected++;
        if (_named.Count < MostNamed) _named.Add(new RejectedLine(line, code, reason));
    }

    public void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
        {
            var isKnown = _warnings.TryGetValue(warning, out var lines);
            if (isKnown || _warnings.Count < MostWarnings) _warnings[warning] = lines + 1;
        }
    }

    public ImportReport ToReport() => new()
    {
        IsDryRun = isDryRun,
        Read = _imported + _duplicate + _rejected,
        Imported = _imported,
        Duplicate = _duplicate,
        Rejected = _rejected,
        Completions = _completions,
        FirstSeq = _firstSeq == 0 ? null : _firstSeq,
        LastSeq = _lastSeq == 0 ? null : _lastSeq,
        RejectedLines = [.. _named],
        Warnings = [.. _warnings.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => new CountedWarning(w.Key, w.Value))],
    };

    private void Count(Fact fact, long seq)
    {
        _imported++;
        if (fact.Completion is not null) _completions++;
        if (seq == 0) return;
        _firstSeq = _firstSeq == 0 ? seq : Math.Min(_firstSeq, seq);
        _lastSeq = Math.Max(_lastSeq, seq);
    }
}
