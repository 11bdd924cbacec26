using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <content>Everything around commits: settling after a start, sealing, following what others append.</content>
public sealed partial class Journal
{
    private void LoadManifest()
    {
        var document = Manifest.Load(_disk, _directory, out var problem);
        _catalog.Use(document);
        Array.ForEach(_streams, _catalog.LoadArchivedInto);
        DescribeArchives();
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

    private bool IsSyncDue() => _options.SyncInterval == TimeSpan.Zero || _clock.GetElapsedTime(_lastSync) >= _options.SyncInterval;

    /// <summary>Events first, as in a commit.</summary>
    private void SyncActive()
    {
        foreach (var log in _streams.Where(log => log.HasActive && !log.IsDurable))
            log.Sync();
        _lastSync = _clock.GetTimestamp();
    }

    /// <summary>
    /// Finishes what an earlier failure left undone: a file not yet there, a torn tail not yet cut, names not yet synced.
    /// </summary>
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

    /// <summary>
    /// Whether writing would work again after a failed write, without waiting for somebody who tries: behind a load balancer nobody does,
    /// as long as the service says that it does not write.
    /// </summary>
    private void Probe()
    {
        if (MakeWritable() is not null)
            return;
        try
        {
            var path = Path.Combine(_directory, LogNames.Probe);
            using (var probe = _disk.Open(path, FileUse.Replace))
                probe.WriteAt(new byte[4096], 0);

            // If we crash here the file is left; it means nothing and the next probe replaces it.
            _disk.Delete(path);
            _lastWriteError = null;
        }
        catch (DiskException problem)
        {
            Fail(problem);
        }
    }

    private void SealFull() => SealFrom(_options.SegmentBytes);

    private void SealFrom(long bytes)
    {
        foreach (var log in _streams.Where(log => log.WrittenPosition >= bytes && log.CanSeal()))
        {
            if (!log.IsDurable)
                log.Sync();
            var wasSettled = _isSettled;
            log.Seal();

            // If we crash here the names may be the old or the new ones; no acknowledged line depends on which. If the directory cannot be
            // opened now, the next commit begins with its sync.
            _isSettled = false;
            _disk.SyncDirectory(_directory);
            _isSettled = wasSettled;
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
            Attempt(() => hasGrown |= FollowOne(log, reader, mayWait));
        }

        if (hasGrown)
            Announce(_book.Resolve());
        return hasGrown || _stopped is not null;
    }

    private bool FollowOne(StreamLog log, LineReader reader, bool mayWait)
    {
        if (log.FindTampering(out var length) is { } reason)
            throw new DiskException(DiskFault.Changed, "follow", log.ActivePath, reason);
        if (length <= log.WrittenPosition)
            return false;
        NextSeq = _follower.Adopt(log, length, mayWait, NextSeq, reader);
        return true;
    }

    private void Announce(IReadOnlyList<LogDamage> found)
    {
        foreach (var damage in found)
        {
            _logger.LogWarning(
                "{Kind} in {File} at {Offset}: {Reason} (numbers {FirstSeq} to {LastSeq}, kept as {Kept})",
                damage.Kind, damage.File, damage.Offset, damage.Reason, damage.FirstSeq, damage.LastSeq, damage.KeptAs);
        }

        if (_quarantine.FailedSync is { } problem && _stopped is null)
            Stop(problem);
    }
}
