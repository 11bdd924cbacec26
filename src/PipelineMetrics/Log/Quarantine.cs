using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>Keeps copies of bytes the log does not serve: what was cut from a tail, what is damaged in the middle.</summary>
internal sealed class Quarantine(IDisk disk, string directory, TimeProvider clock, ILogger logger)
{
    private readonly string _torn = Path.Combine(directory, LogNames.Torn);

    /// <summary>The sync of a copy that failed; null while the disk can be believed.</summary>
    public DiskException? FailedSync { get; private set; }

    /// <summary>Copies a damaged range, once: its name is made of segment and offset, so the next start finds it.</summary>
    /// <returns>Name relative to the log directory; null when the copy could not be made.</returns>
    public string? Keep(Segment segment, long offset, long bytes)
    {
        var name = $"{LogNames.Word(segment.Stream)}.s{segment.Ordinal:D6}.at-{offset:D12}";
        try
        {
            if (disk.Stat(Path.Combine(_torn, name))?.Length != bytes)
                Copy(segment, offset, bytes, name);
            return $"{LogNames.Torn}/{name}";
        }
        catch (DiskException problem)
        {
            FailedSync ??= problem.Fault == DiskFault.SyncFailed ? problem : null;
            logger.LogWarning(problem, "A damaged range of {File} could not be copied to {Directory}", segment.FileName, _torn);
            return null;
        }
    }

    /// <summary>Copies a torn tail. On return the copy is durable, so that the tail may be cut.</summary>
    /// <returns>Name relative to the log directory.</returns>
    public string KeepTail(Segment segment, long offset, long bytes)
    {
        var wanted = $"{segment.FileName}.torn-{clock.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}";
        var name = wanted;
        for (var copy = 2; disk.Stat(Path.Combine(_torn, name)) is not null; copy++)
            name = $"{wanted}-{copy}";
        Copy(segment, offset, bytes, name);
        return $"{LogNames.Torn}/{name}";
    }

    private void Copy(Segment segment, long offset, long bytes, string name)
    {
        disk.CreateDirectory(_torn);
        var path = Path.Combine(_torn, name);
        var temporary = path + LogNames.TemporarySuffix;
        WholeFile.CopyRange(disk, segment.Handle(disk), offset, bytes, temporary);

        // If we crash here the range is still in its file and is copied again at the next start.
        disk.Rename(temporary, path);
        disk.SyncDirectory(_torn);
    }
}
