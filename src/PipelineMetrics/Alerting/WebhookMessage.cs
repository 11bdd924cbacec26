namespace PipelineMetrics.Alerting;

/// <summary>Something to be told, before it is known to whom.</summary>
/// <param name="Id">Its id, the same on each attempt and for each target; letters, digits and <c>_</c>.</param>
/// <param name="Type">One of <see cref="WebhookTypes"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Body">What is sent: one JSON object on one line.</param>
public sealed record WebhookMessage(string Id, string Type, DateTimeOffset At, byte[] Body)
{
    /// <summary>The number of the line of the log that it tells of; null when it tells of none.</summary>
    public long? Seq { get; init; }

    /// <summary>The rule whose state it changes; null when it changes none.</summary>
    public string? Alert { get; init; }
}
