using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>What a request about a task comes to, given where the task stands.</summary>
public abstract record TaskVerdict
{
    private TaskVerdict()
    {
    }

    /// <summary>The event that is to be logged.</summary>
    public sealed record LogEvent(EventDraft Event) : TaskVerdict;

    /// <summary>The attempt ends: the completion that is to be logged, filled from what is known of the task.</summary>
    public sealed record Close(CompletionDraft Completion) : TaskVerdict;

    /// <summary>The task already stands so; nothing is to be logged.</summary>
    public sealed record Repeat : TaskVerdict;

    /// <summary>The attempt has its completion; what the report adds to it may become a revision.</summary>
    public sealed record AlreadyClosed(ClosedAttempt Attempt) : TaskVerdict;

    /// <summary>The request contradicts what is known.</summary>
    public sealed record Conflict(string Code, string Reason) : TaskVerdict;
}

/// <summary>A change somebody asks for.</summary>
/// <param name="State">The state it should have; null leaves it.</param>
/// <param name="Runner">Who asks, or claims the task; null when nobody is named.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Report">What is known of the attempt, for a change that ends it; its metadata goes with any other change.</param>
public sealed record TaskChange(TaskState? State, string? Runner, string? Reason, CompletionDraft Report);
