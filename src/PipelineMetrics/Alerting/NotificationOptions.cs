using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Alerting;

/// <summary>Who is told by webhook, of what, and how persistently.</summary>
public sealed class NotificationOptions
{
    /// <summary>Whether anybody is told at all.</summary>
    /// <value>Default true; without an address nothing is sent either.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Where webhooks go. A secret: the addresses of some receivers are their password.</summary>
    /// <value>Default null: nowhere. An http or https address on port 80, 443 or above 1024.</value>
    public string? WebhookUrl { get; set; }

    /// <summary>What is told.</summary>
    /// <value>Default everything in <see cref="WebhookTypes.All"/>.</value>
    public IReadOnlyList<string> Events { get; set; } = WebhookTypes.All;

    /// <summary>What webhooks are signed with; two while one is replaced by the other.</summary>
    /// <value>Default empty: not signed. <c>whsec_</c> and the base64 of at least 24 bytes.</value>
    public IReadOnlyList<string> Secret { get; set; } = [];

    /// <summary>Whether a webhook may go to this machine or its local network.</summary>
    /// <value>Default false.</value>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>How often one webhook is tried.</summary>
    /// <value>Default 10, which takes about a day; from 1 to 20.</value>
    [Range(1, 20)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>How long one attempt may take, from the look-up of the name to the answer.</summary>
    /// <value>Default 10 s, from 1 to 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
