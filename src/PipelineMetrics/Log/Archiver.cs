namespace PipelineMetrics.Log;

/// <summary>
/// Makes the archive of a sealed segment beside the log and checks it; the log itself is not touched. Sealed files do not change, so any
/// thread may do this while commits go on, one at a time.
/// </summary>
/// <param name="disk">The file system.</param>
/// <param name="directory">The log directory.</param>
/// <param name="stopping">Ends the work between two parts of a file; what was begun means nothing and is made anew.</param>
internal sealed class Archiver(IDisk disk, string directory, CancellationToken stopping)
{
    private const string NotSealed = "it is not what was sealed";
    private const int ChunkBytes = 256 << 10;
    private readonly string _archive = Path.Combine(directory, LogNames.Archive);

    /// <summary>Makes the archive durable and verified.</summary>
    /// <param name="segment">A listed segment.</param>
    /// <param name="facts">What its lines say.</param>
    /// <param name="isNeeded">Which of its lines tasks will need without it.</param>
    /// <param name="refusal">Why it must stay.</param>
    /// <returns>The entry for the manifest; null when there is a refusal.</returns>
    /// <exception cref="DiskException">Something could not be read or written; nothing has left.</exception>
    public ArchivedSegment? TryArchive(Segment segment, SegmentFacts facts, LineVisitor isNeeded, out string? refusal)
    {
        var listed = segment.Listed!;
        disk.CreateDirectory(_archive);
        refusal = Pack(segment, listed);
        if (refusal is not null)
            return null;
        return new ArchivedSegment
        {
            Segment = listed,
            ArchiveBytes = disk.Stat(PathOf(LogNames.ArchiveOf(listed.File)))!.Value.Length,
            NumberedLines = facts.NumberedLines,
            NewestRecordedAt = facts.NewestRecordedAt,
            NewestFactAt = facts.NewestFactAt,
            TaskLines = KeepTaskLines(segment, listed, isNeeded),
        };
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    private string? Pack(Segment segment, SealedSegment listed)
    {
        var path = PathOf(LogNames.ArchiveOf(listed.File));

        // Another process may have it open still, and append to it under its new name.
        if (disk.Stat(PathOf(listed.File))?.Length != listed.Bytes)
            return NotSealed;
        if (disk.Stat(path) is not null)
        {
            // A run that did not come to its end left it, or it belongs to another log, and then nothing may take its place.
            return IsArchiveOf(path, listed) ? null : $"{LogNames.ArchiveOf(listed.File)} is there and holds something else";
        }

        var temporary = path + LogNames.TemporarySuffix;
        if (Copy(segment, temporary) != listed.Sha256 || HashOf(temporary, listed.Bytes) != listed.Sha256)
        {
            disk.Delete(temporary);
            return NotSealed;
        }

        // If we crash here the temporary file means nothing and is replaced by the next run.
        disk.Rename(temporary, path);
        disk.SyncDirectory(_archive);
        return null;
    }

    private string Copy(Segment segment, string temporary)
    {
        using var file = disk.Open(temporary, FileUse.Replace);
        using var writer = new ArchiveWriter(file);
        var buffer = new byte[ChunkBytes];
        for (long offset = 0; offset < segment.Length;)
        {
            var wanted = (int)Math.Min(buffer.Length, segment.Length - offset);
            var got = segment.ReadAt(disk, buffer.AsSpan(0, wanted), offset);
            if (got == 0)
                break;
            stopping.ThrowIfCancellationRequested();
            writer.Append(buffer.AsSpan(0, got));
            offset += got;
        }

        return writer.Finish();
    }

    private bool IsArchiveOf(string path, SealedSegment listed)
    {
        try
        {
            return HashOf(path, listed.Bytes) == listed.Sha256;
        }
        catch (DiskException)
        {
            // Whatever it is, it cannot be relied on, and the segment stays.
            return false;
        }
    }

    /// <summary>The hash of what an archive unpacks to; null when it has another length.</summary>
    private string? HashOf(string path, long bytes)
    {
        using var file = ArchiveFile.Open(disk, path);
        using var hash = new RunningHash();
        return file.Length == bytes ? hash.Finish(file, bytes) : null;
    }

    /// <summary>Made anew by each run: what tasks need may be something else than in one that did not come to its end.</summary>
    private TaskLinesFile? KeepTaskLines(Segment segment, SealedSegment listed, LineVisitor isNeeded)
    {
        var path = PathOf(LogNames.TaskLinesOf(listed.File));
        var temporary = path + LogNames.TemporarySuffix;
        TaskLinesFile written;
        using (var file = disk.Open(temporary, FileUse.Replace))
        using (var writer = new ArchiveWriter(file))
        {
            var lines = new StretchCursor(disk, [new Stretch(segment, 0, segment.Length)]);
            long count = 0;
            while (lines.MoveNext())
            {
                if (!isNeeded(lines.Current))
                    continue;
                count++;
                TaskLines.Append(writer, new TaskLine(lines.Current.Place, lines.Key, lines.Current.Json.ToArray()));
            }

            var hash = writer.Finish();
            written = new TaskLinesFile(count, writer.Bytes, hash);
        }

        if (written.Lines == 0)
        {
            disk.Delete(temporary);
            return null;
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(_archive);
        return written;
    }
}
