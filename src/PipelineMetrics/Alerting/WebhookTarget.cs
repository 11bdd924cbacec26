using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Alerting;

/// <summary>One receiver of webhooks. Its address and its secrets are shown to nobody.</summary>
public sealed class WebhookTarget
{
    private const string SlackHost = "hooks.slack.com";
    private const int FingerprintChars = 16;

    /// <param name="name">What it is called in the delivery log; unique.</param>
    /// <param name="url">Where it is; passed <see cref="TargetAddress.Judge"/>.</param>
    /// <param name="secrets">What is signed with; empty for none.</param>
    /// <param name="events">What it is told.</param>
    public WebhookTarget(string name, Uri url, IReadOnlyList<byte[]> secrets, IEnumerable<string> events)
    {
        (Name, Url, Secrets, Events) = (name, url, secrets, events.ToHashSet(StringComparer.Ordinal));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..FingerprintChars];
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>What it is told.</summary>
    public IReadOnlySet<string> Events { get; }

    /// <summary>What may be shown of the address: scheme and host, and the port when it is not the usual one.</summary>
    public string Shown => Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    internal Uri Url { get; }

    internal IReadOnlyList<byte[]> Secrets { get; }

    /// <summary>Tells one address from another without telling it.</summary>
    internal string Fingerprint { get; }

    /// <summary>Whether it understands the messages of Slack and nothing else.</summary>
    internal bool IsSlack => Url.IdnHost.TrimEnd('.').Equals(SlackHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>What may be shown of it.</summary>
    public override string ToString() => $"{Name} ({Shown})";
}
