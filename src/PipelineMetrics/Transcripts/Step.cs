using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>What a step of a session was.</summary>
internal enum StepKind
{
    /// <summary>Somebody asked for something: a unit of work begins.</summary>
    Asked,

    /// <summary>A model answered.</summary>
    Answered,

    /// <summary>A tool was called.</summary>
    ToolCalled,

    /// <summary>A tool call failed.</summary>
    ToolFailed,

    /// <summary>The context was compacted.</summary>
    Compacted,

    /// <summary>Somebody stopped it.</summary>
    Interrupted,

    /// <summary>It could not go on.</summary>
    Failed,

    /// <summary>The program says that the unit of work is done.</summary>
    Ended,

    /// <summary>The program ended, and does not say whether the work was done.</summary>
    Left,
}

/// <summary>One step of a session that matters for what it came to.</summary>
/// <param name="At">When, in UTC milliseconds.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Key">What tells it from others: of the unit of work that begins, of the answer, of the tool call. Null when it has
/// nothing.</param>
internal sealed record Step(DateTimeOffset At, StepKind Kind, string? Key = null)
{
    /// <summary>Of an answer: what tells requests of one answer apart.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether an agent below the main one did it.</summary>
    public bool IsSidechain { get; init; }

    /// <summary>Of an answer: whether it says how fast it was served, as the last copy of an answer does.</summary>
    public bool SaysSpeed { get; init; }

    /// <summary>Of an answer: the model.</summary>
    public string? Model { get; init; }

    /// <summary>Of an answer: who serves the model, if the program says so.</summary>
    public string? Provider { get; init; }

    /// <summary>Of an answer: its tokens; null when they are not told.</summary>
    public TokenCounts? Tokens { get; init; }

    /// <summary>Of an answer: the part of the cache writes that is kept for an hour.</summary>
    public long OneHourWrites { get; init; }

    /// <summary>Of an answer: what it cost as the program says it, millionths of a US dollar.</summary>
    public long? CostUsdMicros { get; init; }

    /// <summary>Of a failure: why.</summary>
    public string? Error { get; init; }

    /// <summary>All tokens, for comparison.</summary>
    public long Size => Tokens is not { } t ? 0
        : TokenCounts.Add(TokenCounts.Add(t.Input, t.Output), TokenCounts.Add(t.CacheRead ?? 0, t.CacheWrite ?? 0));
}
