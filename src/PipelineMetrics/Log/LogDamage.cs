namespace PipelineMetrics.Log;

/// <summary>What is wrong with a part of the log.</summary>
public enum DamageKind
{
    /// <summary>Unfinished bytes at the end of an active file; set aside and cut. Expected after a crash.</summary>
    TornTail,

    /// <summary>Bytes that are neither a line of ours with the right checksum nor a JSON object.</summary>
    BadLine,

    /// <summary>Numbers that no file holds.</summary>
    MissingLines,

    /// <summary>A line whose number does not follow that of the line before: doubled, swapped or pasted.</summary>
    RepeatedLine,

    /// <summary>A sealed segment that is listed but not there.</summary>
    MissingSegment,

    /// <summary>A sealed segment that is not what was sealed: size, numbers, count or hash differ.</summary>
    ChangedSegment,

    /// <summary>A sealed segment the disk would not read to its end.</summary>
    UnreadableSegment,

    /// <summary><c>journal.json</c> could not be understood; it was rebuilt from the segments.</summary>
    BadManifest,
}

/// <summary>One finding of recovery, of the live journal, or of the verifier.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="File">File name in the log directory.</param>
/// <param name="Offset">First byte concerned.</param>
/// <param name="Bytes">How many bytes are concerned; 0 when they are not there.</param>
/// <param name="FirstSeq">First number lost, 0 when none or unknown.</param>
/// <param name="LastSeq">Last number lost, 0 when none or unknown.</param>
/// <param name="Reason">For people: what was expected and what was found.</param>
/// <param name="KeptAs">Where the bytes are kept, relative to the log directory; null when there is no copy.</param>
public sealed record LogDamage(
    DamageKind Kind, string File, long Offset, long Bytes, long FirstSeq, long LastSeq, string Reason, string? KeptAs);
