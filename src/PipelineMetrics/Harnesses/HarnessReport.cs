using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>What an agent program said about its own run. What it did not say is null, never zero.</summary>
public sealed record HarnessReport
{
    /// <summary>The agent program, such as <c>claude_code</c>; null when the command is none that is known.</summary>
    public string? Harness { get; init; }

    /// <summary>Who served the model, where that is certain.</summary>
    public string? Provider { get; init; }

    /// <summary>The model; the one with the most output when there were several.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens of the whole run, of agents below the main one too.</summary>
    public TokenCounts? Tokens { get; init; }

    /// <summary>What the run cost as the program says it, millionths of a US dollar.</summary>
    public long? CostUsdMicros { get; init; }

    /// <summary>Turns, as the program counts them.</summary>
    public long? Turns { get; init; }

    /// <summary>Tool calls.</summary>
    public long? ToolCalls { get; init; }

    /// <summary>Tool calls that failed or were refused.</summary>
    public long? ToolErrors { get; init; }

    /// <summary>How often the context was compacted.</summary>
    public long? ContextCompactions { get; init; }

    /// <summary>The session, as the program calls it.</summary>
    public string? SessionId { get; init; }

    /// <summary>An id of this run that the program made: the same output again is the same completion.</summary>
    public string? Id { get; init; }

    /// <summary>How the run ended as the program says it; null when it says nothing and the exit code decides.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Why it did not succeed. At most 2,000 bytes.</summary>
    public string? Error { get; init; }

    /// <summary>The totals the program keeps for its session, which go on where an earlier run of the session stopped; null when its numbers
    /// are of this run only. <see cref="SessionTotals"/> takes the earlier runs off.</summary>
    internal RunningTotal? SessionTotal { get; init; }

    /// <summary>The report as fields of a completion; those that only the caller knows, such as task, duration and status, are left
    /// out.</summary>
    /// <returns>A draft that, with those added, breaks no rule of a completion.</returns>
    public CompletionDraft ToDraft() => new()
    {
        Harness = Harness,
        Provider = Provider,
        Model = Model,
        ActualInputTokens = Tokens?.Input,
        ActualOutputTokens = Tokens?.Output,
        CacheReadTokens = Tokens?.CacheRead,
        CacheWriteTokens = Tokens?.CacheWrite,
        ReasoningTokens = Tokens is { Reasoning: { } reasoning } tokens ? Math.Min(reasoning, tokens.Output) : null,
        ActualCostUsdMicros = CostUsdMicros,
        CostSource = CostUsdMicros is null ? null : CostSource.Reported,
        Turns = Told.Small(Turns),
        ToolCalls = Told.Small(ToolCalls),
        ToolErrors = ToolCalls is null ? null : Told.Small(Math.Min(ToolErrors ?? 0, ToolCalls.Value)),
        ContextCompactions = Told.Small(ContextCompactions),
        SessionId = SessionId,
        Id = Id,
        Outcome = Outcome,
        Error = Error,
    };
}
