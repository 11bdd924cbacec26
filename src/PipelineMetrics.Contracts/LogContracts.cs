using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>What is to leave the log.</summary>
public sealed record CompactRequest
{
    /// <summary>Files whose newest fact was recorded before this instant, RFC 3339 or a length back from now such as <c>30d</c>; required.</summary>
    [JsonPropertyName("before")]
    public string? Before { get; init; }

    /// <summary>Seal the active files first, so that they may leave too; default false.</summary>
    [JsonPropertyName("seal")]
    public bool Seal { get; init; }

    /// <summary>Only say what would leave; default false.</summary>
    [JsonPropertyName("dry_run")]
    public bool DryRun { get; init; }
}

/// <summary>What left the log, or would.</summary>
/// <param name="Before">The instant that was asked for.</param>
/// <param name="DryRun">True when nothing left.</param>
/// <param name="Archived">The files, oldest first in each stream, events before completions.</param>
/// <param name="KeptBecause">For each stream the oldest file that stays, and why; all after it stay because of it.</param>
public sealed record CompactResponse(
    [property: JsonPropertyName("before")] string Before,
    [property: JsonPropertyName("dry_run")] bool DryRun,
    [property: JsonPropertyName("archived")] IReadOnlyList<ArchivedFile> Archived,
    [property: JsonPropertyName("kept_because")] IReadOnlyList<KeptFileReason> KeptBecause);

/// <summary>A file that left. Its archive is <c>archive/&lt;file&gt;.gz</c>.</summary>
/// <param name="File">Its name in the log directory.</param>
/// <param name="FirstSeq">The first number in it.</param>
/// <param name="LastSeq">The last number in it.</param>
/// <param name="Lines">Good lines in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ArchivedBytes">The size of its archive; absent when it only would leave.</param>
public sealed record ArchivedFile(
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("first_seq")] long FirstSeq,
    [property: JsonPropertyName("last_seq")] long LastSeq,
    [property: JsonPropertyName("lines")] long Lines,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("archived_bytes"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ArchivedBytes);

/// <summary>Why a file stays.</summary>
/// <param name="File">Its name in the log directory.</param>
/// <param name="Code"><c>active</c>, <c>newer</c>, <c>open_task</c>, <c>later_events</c> or <c>not_sound</c>.</param>
/// <param name="Reason">The same in words.</param>
public sealed record KeptFileReason(
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("reason")] string Reason);
