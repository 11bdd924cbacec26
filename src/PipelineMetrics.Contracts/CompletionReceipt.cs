using System.Text.Json.Serialization;

namespace PipelineMetrics.Contracts;

/// <summary>The answer to a completion: it is in the log, synced to disk, and in every figure.</summary>
/// <param name="Id">The id of the line that holds it.</param>
/// <param name="Duplicate">True when it was stored before; nothing was counted twice.</param>
/// <param name="Seq">The number of the line that was written; absent for a duplicate.</param>
/// <param name="Warnings">What was taken although it may not be meant, such as unknown fields.</param>
public sealed record CompletionReceipt(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("duplicate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Duplicate,
    [property: JsonPropertyName("seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seq,
    [property: JsonPropertyName("warnings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Warnings);

/// <summary>The answer to a batch. What it counts as stored is in the log, synced to disk, and in every figure.</summary>
public sealed record BatchReceipt
{
    /// <summary>Lines that are in the log now, those among them that were there before included.</summary>
    [JsonPropertyName("stored")]
    public required long Stored { get; init; }

    /// <summary>Lines that were stored before.</summary>
    [JsonPropertyName("duplicate")]
    public required long Duplicate { get; init; }

    /// <summary>Lines that are not in the log.</summary>
    [JsonPropertyName("rejected")]
    public required long Rejected { get; init; }

    /// <summary>Number of the first line that was written; absent when none was.</summary>
    [JsonPropertyName("first_seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FirstSeq { get; init; }

    /// <summary>Number of the last line that was written; absent when none was.</summary>
    [JsonPropertyName("last_seq"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LastSeq { get; init; }

    /// <summary>The lines that were not stored as sent; with <c>verdicts=all</c> every line. At most 10,000 are listed.</summary>
    [JsonPropertyName("results")]
    public required IReadOnlyList<LineVerdict> Results { get; init; }

    /// <summary>How many verdicts are not listed because there are too many; absent when all are.</summary>
    [JsonPropertyName("results_left_out"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ResultsLeftOut { get; init; }

    /// <summary>What was taken although it may not be meant, such as unknown fields; each once, at most 20.</summary>
    [JsonPropertyName("warnings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>What became of one line of a batch.</summary>
/// <param name="Line">Its number, from 1; for an array, the place of the element.</param>
/// <param name="Code"><c>stored</c>, <c>duplicate</c>, or a stable word for what is wrong.</param>
/// <param name="Id">The id under which it is stored, or that it conflicts with.</param>
/// <param name="Reason">What is wrong, in words.</param>
public sealed record LineVerdict(
    [property: JsonPropertyName("line")] long Line,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
    [property: JsonPropertyName("reason"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
