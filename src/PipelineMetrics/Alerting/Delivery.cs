namespace PipelineMetrics.Alerting;

/// <summary>How far a delivery is.</summary>
public enum DeliveryState
{
    /// <summary>It will be tried, or tried again.</summary>
    Queued,

    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It is not tried any more.</summary>
    GivenUp,
}

/// <summary>One message on its way to one target.</summary>
/// <param name="Number">Its place in the order of all deliveries, from 1 on; survives restarts.</param>
/// <param name="Message">What is told.</param>
/// <param name="Target">The name of the target.</param>
public sealed record Delivery(long Number, WebhookMessage Message, string Target)
{
    /// <summary>How far it is.</summary>
    public DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was tried last, or given up; null before.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>When it is tried next; null for as soon as possible, and for never once it is settled.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The HTTP status of the last answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the last attempt failed, or why there is none any more.</summary>
    public string? Error { get; init; }

    // A wait that no schedule gives came of a clock that was set back.
    internal bool IsDue(DateTimeOffset now) => State == DeliveryState.Queued && (NextAt is not { } next || next <= now || next - now > RetrySchedule.Bound);
}
