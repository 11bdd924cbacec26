using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <content>The steps of a commit and of upkeep, and what follows when one fails.</content>
public sealed partial class Journal
{
    private void LoadManifest()
    {
        var document = Manifest.Load(_disk, _directory, out var problem);
        _catalog.Use(document);
        if (problem is null)
            return;
        _book.Add(new LogDamage(
            DamageKind.BadManifest, LogNames.Manifest, 0, 0, 0, 0, $"{problem}; rebuilt from the segments", KeepManifest()));
        _logger.LogWarning("{File} made no sense ({Problem}); it is rebuilt from the segments", LogNames.Manifest, problem);
    }

    /// <summary>Sets a manifest nobody understands aside under a name nothing else uses.</summary>
    private string? KeepManifest()
    {
        var kept = $"{LogNames.Manifest}.bad-{_clock.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}";
        return Attempt(() => _disk.Rename(Path.Combine(_directory, LogNames.Manifest), Path.Combine(_directory, kept))) ? kept : null;
    }

    private int CountEvents(ReadOnlySpan<PendingLine> lines)
    {
        var events = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Body.Length + LineFormat.SealBytes > _options.MaxLineBytes)
                throw new ArgumentException($"Line {i} has {lines[i].Body.Length} bytes; with its number it exceeds {_options.MaxLineBytes}.");
            if (lines[i].Stream == LogStream.Completions)
                continue;
            if (events++ != i)
                throw new ArgumentException($"Line {i} is an event after a completion; a commit has its events first.");
        }

        return events;
    }

    /// <summary>One stream's share of a commit: number, write, check that it is still our file, sync, count.</summary>
    private DiskException? CommitPart(StreamLog log, ReadOnlySpan<PendingLine> lines)
    {
        if (lines.IsEmpty)
            return null;
        var next = _buffer.Fill(lines, log.Active, NextSeq);
        var failure = Write(log) ?? CheckOurs(log) ?? SyncFlushed(log);
        if (failure is not null)
        {
            Forget(lines);
            return failure;
        }

        foreach (var line in lines)
            log.Active.Count(line.Seq, line.Place.Offset);
        log.Count(_buffer.Bytes);
        NextSeq = next;
        return null;
    }

    private DiskException? Write(StreamLog log)
    {
        if (log.FindTampering(out var length) is { } reason)
            return Stop(new DiskException(DiskFault.Changed, "write", log.ActivePath, reason));
        if (length > log.WrittenPosition)
            return new DiskException(DiskFault.Changed, "write", log.ActivePath, "another process appended to it just now");
        try
        {
            log.Flush(_buffer.Bytes);
            return null;
        }
        catch (DiskException problem)
        {
            return CutBack(log, problem);
        }
    }

    private DiskException CutBack(StreamLog log, DiskException cause)
    {
        Remember(cause);
        try
        {
            log.CutBack(_buffer.Bytes.Length);
            return cause;
        }
        catch (DiskException problem)
        {
            Stop(problem);
            return cause;
        }
    }

    private DiskException? CheckOurs(StreamLog log)
    {
        var reason = log.FindTampering(out var length);
        if (reason is null && length < log.WrittenPosition + _buffer.Bytes.Length)
            reason = $"{log.ActivePath} was cut to {length} bytes while in use";
        return reason is null ? null : Stop(new DiskException(DiskFault.Changed, "write", log.ActivePath, reason));
    }

    private DiskException? SyncFlushed(StreamLog log)
    {
        if (!IsSyncDue())
            return null;
        try
        {
            log.Sync(_buffer.Bytes.Length);
            if (log.Stream == LogStream.Completions || _streams[1].IsDurable)
                _lastSync = _clock.GetTimestamp();
            return null;
        }
        catch (DiskException problem)
        {
            return Stop(problem);
        }
    }

    private bool IsSyncDue() => _options.SyncInterval == TimeSpan.Zero || _clock.GetElapsedTime(_lastSync) >= _options.SyncInterval;

    /// <summary>Events first, as in a commit.</summary>
    private void SyncActive()
    {
        foreach (var log in _streams.Where(log => log.HasActive && !log.IsDurable))
            log.Sync();
        _lastSync = _clock.GetTimestamp();
    }

    /// <summary>Finishes what an earlier failure left undone: a file not yet there, a torn tail not yet cut, names not yet synced.</summary>
    private DiskException? MakeWritable()
    {
        try
        {
            foreach (var log in _streams)
            {
                _isSettled &= log.HasActive;
                if (!log.HasActive)
                    log.OpenActive();
                _mender.Mend(log);
            }

            if (!_isSettled)
                Settle();
            return null;
        }
        catch (DiskException problem)
        {
            Fail(problem);
            return problem;
        }
    }

    /// <summary>Makes contents and names durable, so that the first acknowledged line does not hang on anything older.</summary>
    private void Settle()
    {
        foreach (var log in _streams)
            log.Sync();
        _disk.SyncDirectory(_directory);
        _lastSync = _clock.GetTimestamp();
        _isSettled = true;
    }

    private void SealFull()
    {
        foreach (var log in _streams.Where(log => log.WrittenPosition >= _options.SegmentBytes && log.CanSeal()))
        {
            if (!log.IsDurable)
                log.Sync();
            log.Seal();

            // If we crash here the names may be the old or the new ones; no acknowledged line depends on which.
            _disk.SyncDirectory(_directory);
        }

        ListSealed();
    }

    private void ListSealed()
    {
        foreach (var segment in _streams.SelectMany(log => log.Sealed).Where(segment => segment.Listed is null))
            _catalog.Add(segment);

        // If we crash here the segment is not listed: the next start finds it by its name and lists it.
        _catalog.Save();
    }

    private bool Follow(LineReader reader, bool mayWait)
    {
        var hasGrown = false;
        foreach (var log in _streams.Where(log => log.HasActive && log.Repair == TailRepair.None))
        {
            if (_stopped is not null)
                return true;
            if (FindTampering(log, out var length) is { } problem)
                Stop(problem);
            else if (length > log.WrittenPosition)
                hasGrown |= Attempt(() => NextSeq = _follower.Adopt(log, length, mayWait, NextSeq, reader));
        }

        if (hasGrown)
            Announce(_book.Resolve());
        return hasGrown || _stopped is not null;
    }

    private static DiskException? FindTampering(StreamLog log, out long length) =>
        log.FindTampering(out length) is { } reason ? new DiskException(DiskFault.Changed, "follow", log.ActivePath, reason) : null;

    private bool Attempt(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (DiskException problem)
        {
            Fail(problem);
            return false;
        }
    }

    /// <summary>A sync that failed, wherever it was, means that the disk can no longer be believed; anything else may pass.</summary>
    private void Fail(DiskException problem)
    {
        if (problem.Fault is DiskFault.SyncFailed or DiskFault.Changed)
            Stop(problem);
        else
            Remember(problem);
    }

    private void Remember(DiskException problem)
    {
        _lastWriteError = new DiskError(problem.Fault, problem.Operation, problem.File, problem.Message, _clock.GetUtcNow());
        _logger.LogError(problem, "The log could not {Operation} {File}", problem.Operation, problem.File);
    }

    private DiskException Stop(DiskException problem)
    {
        Remember(problem);
        _stopped ??= problem.Message;
        if (problem.Fault == DiskFault.SyncFailed)
            LeaveMarker();
        Publish();
        return problem;
    }

    /// <summary>Tells the next start not to trust the active files. The disk is failing: if this does not work either, nothing can.</summary>
    private void LeaveMarker()
    {
        try
        {
            using var marker = _disk.Open(Path.Combine(_directory, LogNames.SyncFailed), FileUse.Write);
        }
        catch (DiskException problem)
        {
            _logger.LogError(problem, "The marker of the failed sync could not be left");
        }
    }

    private void ThrowIfUnusable()
    {
        if (_stopped is { } reason)
            throw new LogStoppedException(reason);
        if (!_isReady)
            throw new InvalidOperationException("The journal must be replayed before the first commit.");
    }

    private static void Forget(ReadOnlySpan<PendingLine> lines)
    {
        foreach (var line in lines)
        {
            line.Seq = 0;
            line.Place = default;
        }
    }

    private void Announce(IReadOnlyList<LogDamage> found)
    {
        foreach (var damage in found)
        {
            _logger.LogWarning(
                "{Kind} in {File} at {Offset}: {Reason} (numbers {FirstSeq} to {LastSeq}, kept as {Kept})",
                damage.Kind, damage.File, damage.Offset, damage.Reason, damage.FirstSeq, damage.LastSeq, damage.KeptAs);
        }
    }

    private void Publish() => Volatile.Write(ref _status, Describe());

    private JournalStatus Describe() => new()
    {
        LastSeq = NextSeq - 1,
        Events = _streams[0].Describe(),
        Completions = _streams[1].Describe(),
        Damage = _book.Damage,
        DamageCount = _book.Count,
        Stopped = _stopped,
        LastWriteError = _lastWriteError,
    };
}
