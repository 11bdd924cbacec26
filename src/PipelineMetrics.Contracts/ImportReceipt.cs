using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>The answer to an import. What it counts as imported is in the log, synced to disk, and in every figure.</summary>
public sealed record ImportReceipt
{
    /// <summary>True when nothing was written: what is counted as imported would be.</summary>
    [JsonPropertyName("dry_run"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DryRun { get; init; }

    /// <summary>Lines that were read, blank ones left out: the sum of <c>imported</c>, <c>duplicate</c> and <c>rejected_count</c>.</summary>
    [JsonPropertyName("read")]
    public required long Read { get; init; }

    /// <summary>Lines that are in the log now and were not before.</summary>
    [JsonPropertyName("imported")]
    public required long Imported { get; init; }

    /// <summary>Lines that the log had before.</summary>
    [JsonPropertyName("duplicate")]
    public required long Duplicate { get; init; }

    /// <summary>Lines that are not in the log.</summary>
    [JsonPropertyName("rejected_count")]
    public required long RejectedCount { get; init; }

    /// <summary>How many of the imported lines are completions.</summary>
    [JsonPropertyName("completions")]
    public required long Completions { get; init; }

    /// <summary>How many of the imported lines are events.</summary>
    [JsonPropertyName("events")]
    public required long Events { get; init; }

    /// <summary>Number of the first line that was written; absent when none was.</summary>
    [JsonPropertyName("first_seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FirstSeq { get; init; }

    /// <summary>Number of the last line that was written; absent when none was.</summary>
    [JsonPropertyName("last_seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LastSeq { get; init; }

    /// <summary>The rejected lines, the first 1,000 of them.</summary>
    [JsonPropertyName("rejected")]
    public required IReadOnlyList<RejectedLineRecord> Rejected { get; init; }

    /// <summary>What was taken although it may not be meant, such as unknown fields; at most 20 different ones.</summary>
    [JsonPropertyName("warnings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ImportWarning>? Warnings { get; init; }
}

/// <summary>A line that was not imported.</summary>
/// <param name="Line">Its number, from 1; for an array, the place of the element.</param>
/// <param name="Code">A stable word for what is wrong.</param>
/// <param name="Reason">What is wrong, in words.</param>
public sealed record RejectedLineRecord(
    [property: JsonPropertyName("line")] long Line, [property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("reason")] string Reason);

/// <summary>Something to know about lines that were taken.</summary>
/// <param name="Warning">What it is.</param>
/// <param name="Lines">How many lines.</param>
public sealed record ImportWarning([property: JsonPropertyName("warning")] string Warning, [property: JsonPropertyName("lines")] long Lines);
