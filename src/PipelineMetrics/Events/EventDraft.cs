namespace PipelineMetrics.Events;

/// <summary>What somebody says about one lifecycle event, before it is judged. <see cref="PipelineEvent.TryCreate"/> makes a fact of
/// it.</summary>
public sealed partial class EventDraft
{
    /// <summary>The caller's idempotency key, 1 to 128 bytes; absent until the service gives one.</summary>
    public string? Id { get; set; }

    /// <summary>When it happened; default: when it arrived.</summary>
    public DateTimeOffset? Timestamp { get; set; }

    /// <summary>Two words with a colon, such as <c>task:started</c>; required. Unknown types are kept.</summary>
    public string? EventType { get; set; }

    /// <summary><c>task</c>, <c>chain</c>, <c>request</c>, <c>runner</c>; default: the word before the colon.</summary>
    public string? EntityType { get; set; }

    /// <summary>Which task, chain, request or runner. 1 to 200 bytes; required.</summary>
    public string? EntityId { get; set; }

    /// <summary>The chain of the task. 1 to 200 bytes.</summary>
    public string? ChainId { get; set; }

    /// <summary>The change request behind it. 1 to 200 bytes.</summary>
    public string? RequestId { get; set; }

    /// <summary>Who did it: model, role and tokens.</summary>
    public EventAgent? Agent { get; set; }

    /// <summary>What kind of work the task is. 1 to 100 bytes.</summary>
    public string? TaskType { get; set; }

    /// <summary>Who claimed the task. 1 to 200 bytes.</summary>
    public string? Runner { get; set; }

    /// <summary>Higher goes first; default 0.</summary>
    public decimal? Priority { get; set; }

    /// <summary>What is to be done, 1 to 5,000 bytes.</summary>
    public string? Direction { get; set; }

    /// <summary>Anything the task needs: JSON of at most 16 KiB, kept as it was written.</summary>
    public string? Context { get; set; }

    /// <summary>Which attempt at the task, from 1.</summary>
    public long? Attempt { get; set; }

    /// <summary>What is expected, taken when the task was registered.</summary>
    public long? EstimatedInputTokens { get; set; }

    /// <summary>What is expected, taken when the task was registered.</summary>
    public long? EstimatedOutputTokens { get; set; }

    /// <summary>What is expected, taken when the task was registered; millionths of a US dollar.</summary>
    public long? EstimatedCostUsdMicros { get; set; }

    /// <summary>When the service took it; set by the service.</summary>
    public DateTimeOffset? ReceivedAt { get; set; }

    /// <summary>Why, in words: a question to decide, a cause of cancelling. 1 to 2,000 bytes.</summary>
    public string? Reason { get; set; }

    /// <summary>How we know: <c>api</c>, <c>import</c>, <c>git-import</c>; default <c>api</c>. 1 to 100 bytes.</summary>
    public string? Source { get; set; }

    /// <summary>Anything else: a JSON object of at most 32 names and 8 KiB, kept as it was written.</summary>
    public string? Metadata { get; set; }
}
