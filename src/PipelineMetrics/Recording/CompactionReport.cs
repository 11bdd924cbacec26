using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>What is to leave the log.</summary>
/// <param name="Before">Sealed files whose newest fact was recorded before this instant.</param>
/// <param name="Seal">Whether the active files are sealed first, so that they may leave too.</param>
/// <param name="DryRun">Whether it is only said what would leave.</param>
public sealed record CompactionRequest(DateTimeOffset Before, bool Seal = false, bool DryRun = false);

/// <summary>What a compaction did, or would do.</summary>
/// <param name="Archived">The files that left, oldest first in each stream, events before completions.</param>
/// <param name="Kept">For each stream the oldest file that stays, and why; all after it stay because of it.</param>
public sealed record CompactionReport(IReadOnlyList<LeavingFile> Archived, IReadOnlyList<KeptFile> Kept);

/// <summary>A file that left.</summary>
/// <param name="File">Its name in the log directory.</param>
/// <param name="Stream">The stream.</param>
/// <param name="FirstSeq">The first number in it.</param>
/// <param name="LastSeq">The last number in it.</param>
/// <param name="Lines">Good lines in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ArchiveBytes">The size of its archive; null when it only would leave.</param>
public sealed record LeavingFile(string File, LogStream Stream, long FirstSeq, long LastSeq, long Lines, long Bytes, long? ArchiveBytes);

/// <summary>A file that stays.</summary>
/// <param name="File">Its name in the log directory.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Because">Why, as a stable word: <c>active</c>, <c>newer</c>, <c>open_task</c>, <c>later_events</c>, <c>not_sound</c>.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record KeptFile(string File, LogStream Stream, string Because, string Reason);
