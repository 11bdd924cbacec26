using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>Reads who is told: `notifications.webhook_url`, and `notifications.webhooks` with `{name, url, secret, events}` each.</summary>
internal sealed class WebhookTargets(NotificationOptions options, ListenAddresses own)
{
    /// <summary>What the target of `notifications.webhook_url` is called.</summary>
    public const string Default = "default";

    private const string Section = "notifications";

    /// <summary>The targets; none when nobody is to be told. One whose address comes from a variable that is not set is none.</summary>
    /// <exception cref="ConfigurationException">A target breaks a rule; addresses and secrets are not told.</exception>
    public IReadOnlyList<WebhookTarget> Read(IConfiguration configuration)
    {
        if (!options.Enabled) return [];
        var targets = new List<WebhookTarget>();
        if (options.WebhookUrl is { Length: > 0 } url) targets.Add(Target(Default, url, options.Secret, options.Events, Section, "webhook_url"));
        foreach (var entry in SettingListEntry.Read(configuration.GetSection($"{Section}:webhooks"), "name", "url", "secret", "events"))
        {
            if (entry.Name == Default) throw entry.Wrong("name", "must not be that of notifications.webhook_url", entry.Name);
            if (entry["url"] is { Length: > 0 } address)
                targets.Add(Target(entry.Name, address, entry.List("secret") ?? options.Secret, entry.List("events") ?? options.Events, entry.At, "url"));
        }
        return targets;
    }

    private WebhookTarget Target(string name, string text, IReadOnlyList<string> secrets, IReadOnlyList<string> events, string at, string member)
    {
        var broken = TargetAddress.Judge(text, options.AllowPrivateAddresses, out var url);
        if (broken is null && IsOwn(url!)) broken = "must not lead to this service itself";
        if (broken is not null) throw new ConfigurationException($"{at}.{member}", broken, null);
        if (events.FirstOrDefault(type => !WebhookTypes.All.Contains(type)) is { } unknown)
            throw new ConfigurationException($"{at}.events", $"must be of {string.Join(", ", WebhookTypes.All)}", unknown);
        return new WebhookTarget(name, url!, [.. secrets.Select(secret => Secret(secret, at))], events);
    }

    private static byte[] Secret(string text, string at) => WebhookSignature.TryReadSecret(text, out var secret) is { } broken
        ? throw new ConfigurationException($"{at}.secret", broken, null)
        : secret;

    private bool IsOwn(Uri url) => url.IsLoopback && own.All.Any(address => BindingAddress.Parse(address).Port == url.Port);
}
