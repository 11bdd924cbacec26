namespace PipelineMetrics.Alerting;

/// <summary>One line of <c>webhooks.jsonl</c>: something that happened to the outbox.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
internal sealed record OutboxLine(string Kind, DateTimeOffset At)
{
    public const string Queued = "queued";
    public const string Attempt = "attempt";
    public const string Delivered = "delivered";
    public const string GivenUp = "given_up";
    public const string Disabled = "disabled";
    public const string Enabled = "enabled";
    public const string Position = "position";
    public const string AlertState = "alert";

    /// <summary>The message of all lines about it.</summary>
    public string? Id { get; init; }

    /// <summary>The number of the first of its deliveries; those to the other targets follow.</summary>
    public long? Number { get; init; }

    public string? Type { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The body, as it is sent.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Up to which line of the log facts were looked at.</summary>
    public long? Seq { get; init; }

    public string? Alert { get; init; }

    public bool? Fired { get; init; }

    public string? Target { get; init; }

    public int? Attempts { get; init; }

    public int? Status { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The fingerprint of the address that wants nothing more.</summary>
    public string? Address { get; init; }
}
