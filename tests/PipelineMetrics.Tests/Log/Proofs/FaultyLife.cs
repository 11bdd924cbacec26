using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>
/// A log, the first of its directory or one with something to recover from, lives on a disk on which one kind of call fails; its owner
/// does what a careful one does.
/// </summary>
internal sealed class FaultyLife
{
    private const int Commits = 24;
    private const int TickEvery = 4;
    private static readonly byte[] Rubbish = "rubbish that is no line\n"u8.ToArray();
    private static readonly string Long = new('x', 6000);
    private readonly LogBench _bench = CrashWorkload.NewBench(new SimDisk());
    private readonly Ledger _ledger = new();
    private readonly List<LogDamage> _reported = [];
    private readonly string _operation;
    private readonly DiskFault _fault;
    private readonly int _nth;
    private readonly bool _lasts;
    private int _seen;
    private bool _mayAcknowledge = true;
    private string _wrong = "";

    /// <summary>The Nth call of the operation fails, and with <paramref name="lasts"/> every one after it.</summary>
    public FaultyLife(string operation, DiskFault fault, int nth, bool lasts, bool isFirst)
    {
        (_operation, _fault, _nth, _lasts) = (operation, fault, nth, lasts);
        if (!isFirst)
            Prepare();
        _bench.Disk.Fault = (_, called) => FaultOf(called);
        _bench.Disk.LookFault = (called, _) => FaultOf(called);
    }

    /// <summary>Whether the call that was to fail came at all.</summary>
    public bool HasFailed => _seen >= _nth;

    /// <summary>Starts, commits, ticks, stops.</summary>
    /// <returns>What went wrong; empty when nothing did.</returns>
    public string Run()
    {
        Journal? journal = null;
        try
        {
            journal = Open() ?? Open();
            for (var i = 0; i < Commits && journal is { Status.Stopped: null }; i++)
                Step(journal, i);
            journal?.Dispose();
        }
        catch (Exception e) when (e is not SimDisk.PowerLoss)
        {
            _wrong += $"[{(journal is null ? "start" : "life")} threw {e}]";
        }

        return _wrong;
    }

    /// <summary>The disk is well again after a power loss.</summary>
    public string StartAgain()
    {
        _bench.Disk.Crash();
        using var journal = _bench.Open();
        if (HasSetFilesAside)
        {
            var isReported = _reported.Concat(journal.Status.Damage).Any(damage => damage.Bytes != Rubbish.Length);
            return isReported ? "" : "[a file that could not be read was set aside, and nothing was reported]";
        }

        var report = JournalVerifier.Verify(_bench.Disk, _bench.Options);
        return _ledger.Judge(_bench, journal.Status.Damage) + string.Join("; ", report.Damage.Where(damage => damage.Bytes != Rubbish.Length));
    }

    /// <summary>A file with unreadable blocks is used without them, which is reported, and kept with them.</summary>
    private bool HasSetFilesAside
    {
        get
        {
            var kept = _bench.Disk.Names.Where(name => name.Contains(".unread", StringComparison.Ordinal)).ToList();
            if (kept.Count == 0)
                return false;
            var text = string.Concat(_bench.Disk.Names.Select(name => Encoding.UTF8.GetString(_bench.Disk.Read(name))));
            return _ledger.Acknowledged.TrueForAll(body => text.Contains(body[..^1], StringComparison.Ordinal));
        }
    }

    /// <summary>Two segments, rubbish, leftovers, a torn tail, a marker of a failed sync: every step of recovery has something to do.</summary>
    private void Prepare()
    {
        using (var journal = _bench.Open())
        {
            for (var i = 0; i < 14; i++)
                _ledger.Commit(journal, LogBench.Event($"old{i}"), LogBench.Completion($"old{i}{Long}"));
        }

        _bench.AppendForeign("metrics.jsonl", "{\"half a line");
        _bench.Disk.Tamper(LogBench.PathOf("events.jsonl"), content => InsertAfterFirstLine(content, Rubbish));
        foreach (var name in new[] { "sync-failed", "metrics.jsonl.tmp", "events.jsonl.tmp", "journal.json.tmp", "probe.tmp" })
            _bench.Disk.Put(LogBench.PathOf(name), []);
    }

    private static byte[] InsertAfterFirstLine(byte[] content, byte[] line)
    {
        var end = Array.IndexOf(content, (byte)'\n') + 1;
        return [.. content[..end], .. line, .. content[end..]];
    }

    private DiskException? FaultOf(string called)
    {
        if (called != _operation || ++_seen < _nth || (!_lasts && _seen > _nth))
            return null;
        _mayAcknowledge &= _fault != DiskFault.SyncFailed;
        return new DiskException(_fault, "", "", "injected");
    }

    /// <summary>A start may be refused with the reason; it is tried once more.</summary>
    private Journal? Open()
    {
        try
        {
            return _bench.Open();
        }
        catch (DiskException)
        {
            _mayAcknowledge = true;
            return null;
        }
    }

    private void Step(Journal journal, int i)
    {
        if (i % TickEvery == 0)
            journal.Tick(_bench.Take);
        journal.AdoptForeignLines(_bench.Take);
        _reported.AddRange(journal.Status.Damage.Except(_reported));
        if (journal.Status.Stopped is not null)
            return;
        var (before, mayAcknowledge) = (journal.NextSeq, _mayAcknowledge);
        var outcome = _ledger.Commit(journal, LogBench.Event($"e{i}"), LogBench.Completion($"c{i}{Long}"), LogBench.Completion($"d{i}"));
        if (outcome.Committed > 0 && !mayAcknowledge)
            _wrong += $"[commit {i} was acknowledged after a failed sync]";
        if (journal.NextSeq != before + outcome.Committed)
            _wrong += $"[commit {i}: {outcome.Committed} lines, numbers {before} to {journal.NextSeq}]";
        if (outcome.Failure is null == (outcome.Committed < 3))
            _wrong += $"[commit {i}: {outcome.Committed} lines and {outcome.Failure?.Message ?? "no failure"}]";
    }
}
