namespace PipelineMetrics.Alerting;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">The HTTP status of the answer; null when there was none.</param>
/// <param name="Error">Why there was no answer; null when there was one.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone; null when it did not say.</param>
public sealed record DeliveryOutcome(int? Status, string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Whether the receiver has it.</summary>
    public bool IsDelivered => Status is >= 200 and < 300;

    /// <summary>Why it is not delivered, for people; null when it is.</summary>
    public string? Reason => this switch
    {
        { IsDelivered: true } => null,
        { Status: >= 300 and < 400 } => $"answered {Status}; redirects are not followed",
        { Status: { } status } => $"answered {status}",
        _ => Error,
    };

    /// <summary>Whether the receiver wants nothing more, ever.</summary>
    internal bool IsGone => Status == 410;
}
