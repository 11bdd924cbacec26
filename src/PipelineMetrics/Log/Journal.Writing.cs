using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <content>The steps of a commit, and what follows when one fails.</content>
public sealed partial class Journal
{
    private static int CountEvents(ReadOnlySpan<PendingLine> lines)
    {
        var events = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Body.Length + LineFormat.SealBytes > LogOptions.MaxLineBytes)
                throw new ArgumentException($"Line {i} has {lines[i].Body.Length} bytes; with its number it exceeds {LogOptions.MaxLineBytes}.");
            if (lines[i].Stream == LogStream.Completions)
                continue;
            if (events++ != i)
                throw new ArgumentException($"Line {i} is an event after a completion; a commit has its events first.");
        }

        return events;
    }

    /// <summary>A commit for which there is no memory is refused like one for which there is no disk: nothing of it was written.</summary>
    private DiskException? Fill(StreamLog log, ReadOnlySpan<PendingLine> lines, out long next)
    {
        next = NextSeq;
        try
        {
            next = _buffer.Fill(lines, log.Active, NextSeq);
            return null;
        }
        catch (OutOfMemoryException problem)
        {
            var refusal = new DiskException(DiskFault.Other, "prepare", log.ActivePath, "there is no memory for the lines", problem);
            Remember(refusal);
            return refusal;
        }
    }

    /// <summary>One stream's share of a commit: number, write, check that it is still our file, sync, count.</summary>
    private DiskException? CommitPart(StreamLog log, ReadOnlySpan<PendingLine> lines)
    {
        if (lines.IsEmpty)
            return null;
        var failure = Fill(log, lines, out var next) ?? Write(log) ?? CheckOurs(log) ?? SyncFlushed(log);
        if (failure is not null)
        {
            Forget(lines);
            return failure;
        }

        foreach (var line in lines)
            log.Active.Count(line.Seq, line.Place.Offset);
        log.Advance(_buffer.Bytes.Length);
        NextSeq = next;
        return null;
    }

    private DiskException? Write(StreamLog log)
    {
        if (LookBeforeWriting(log) is { } problem)
            return problem;
        try
        {
            log.Flush(_buffer.Bytes);
            return null;
        }
        catch (DiskException failed)
        {
            return CutBack(log, failed);
        }
    }

    private DiskException? LookBeforeWriting(StreamLog log)
    {
        try
        {
            if (log.FindTampering(out var length) is { } reason)
                return Stop(new DiskException(DiskFault.Changed, "write", log.ActivePath, reason));
            return length > log.WrittenPosition
                ? new DiskException(DiskFault.Changed, "write", log.ActivePath, "another process appended to it just now")
                : null;
        }
        catch (DiskException problem)
        {
            Remember(problem);
            return problem;
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
        try
        {
            var reason = log.FindTampering(out var length);
            if (reason is null && length < log.WrittenPosition + _buffer.Bytes.Length)
                reason = $"{log.ActivePath} was cut to {length} bytes while in use";
            return reason is null ? null : Stop(new DiskException(DiskFault.Changed, "write", log.ActivePath, reason));
        }
        catch (DiskException problem)
        {
            // What is not known to be in our file must not be taken for somebody else's line later.
            return CutBack(log, problem);
        }
    }

    private DiskException? SyncFlushed(StreamLog log)
    {
        log.HashFlushed(_buffer.Bytes);
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

    private bool Attempt(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (DiskException problem)
        {
            if (!StopIfUnbelievable(problem))
                _lastUpkeepError = Describe(problem);
            return false;
        }
    }

    private void Fail(DiskException problem)
    {
        if (!StopIfUnbelievable(problem))
            Remember(problem);
    }

    /// <summary>A sync that failed, wherever it was, means that the disk can no longer be believed; anything else may pass.</summary>
    private bool StopIfUnbelievable(DiskException problem)
    {
        var isUnbelievable = problem.Fault is DiskFault.SyncFailed or DiskFault.Changed;
        if (isUnbelievable)
            Stop(problem);
        return isUnbelievable;
    }

    private void Remember(DiskException problem) => _lastWriteError = Describe(problem);

    private DiskError Describe(DiskException problem)
    {
        _logger.LogError(problem, "The log could not {Operation} {File}", problem.Operation, problem.File);
        return new DiskError(problem.Fault, problem.Operation, problem.File, problem.Message, _clock.GetUtcNow());
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

    /// <summary>
    /// Tells the next start not to trust the active files. The disk is failing: if this does not work either, nothing can.
    /// </summary>
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
        LastUpkeepError = _lastUpkeepError,
        Archive = _archiveStatus,
        IsView = _view is not null,
    };
}
