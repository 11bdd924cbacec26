using System.Text.Json.Serialization;

namespace PipelineMetrics.Log;

/// <summary>One segment that left the log: what it was when it was sealed, and what its archive is.</summary>
internal sealed record ArchivedSegment
{
    public required SealedSegment Segment { get; init; }

    /// <summary>Length of the archive file.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>How many of the lines have a number.</summary>
    public required long NumberedLines { get; init; }

    /// <summary>When the newest of its facts was recorded; null when none says so.</summary>
    public DateTimeOffset? NewestRecordedAt { get; init; }

    /// <summary>The newest time that one of its facts says it happened; null when none says so.</summary>
    public DateTimeOffset? NewestFactAt { get; init; }

    /// <summary>The lines beside the archive that tasks still need; null when they need none.</summary>
    public TaskLinesFile? TaskLines { get; init; }

    [JsonIgnore]
    public string ArchiveName => LogNames.ArchiveOf(Segment.File);

    [JsonIgnore]
    public LogStream Stream => Segment.Stream == LogNames.Word(LogStream.Events) ? LogStream.Events : LogStream.Completions;

    [JsonIgnore]
    public bool IsSound => Segment is { File: not null, Sha256: not null } && LogNames.TryParseSealed(Stream, Segment.File, out _)
        && Segment.Stream == LogNames.Word(Stream);
}

/// <summary>The file beside an archive with the lines that tasks still need.</summary>
/// <param name="Lines">How many, when that is known.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">The hash of what was packed into it.</param>
internal sealed record TaskLinesFile(long Lines, long Bytes, string Sha256)
{
    /// <summary>Fits no file: the lines are in the archive only.</summary>
    public static TaskLinesFile NotThere { get; } = new(0, 0, "");
}
