using System.Net;
using System.Text;

namespace PipelineMetrics.Alerting;

/// <summary>What may be the address of a webhook, as far as it can be told without looking its name up.</summary>
public static class TargetAddress
{
    private const int MaxChars = 2000;
    private const int LastSystemPort = 1024;

    /// <summary>Judges an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="allowsPrivate">Whether it may be on this machine or in its local network.</param>
    /// <param name="url">The address, when it breaks no rule.</param>
    /// <returns>The rule it breaks, without the address, which may be a secret; null when there is none.</returns>
    public static string? Judge(string text, bool allowsPrivate, out Uri? url)
    {
        url = null;
        if (text.Length is 0 or > MaxChars) return $"must be an address of 1 to {MaxChars} characters";
        if (text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))) return "must not hold blanks, line ends or other controls";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var read)) return "must be a whole address, such as https://example.com/hook";
        var rule = Broken(read, allowsPrivate);
        if (rule is null) url = read;
        return rule;
    }

    private static string? Broken(Uri url, bool allowsPrivate)
    {
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) return "must begin with https:// or http://";
        if (url.UserInfo.Length > 0) return "must not hold a user or a password before an @";
        if (url.Fragment.Length > 0) return "must not hold a #";
        if (url.Port is not (80 or 443 or > LastSystemPort)) return $"must use port 80, 443 or one above {LastSystemPort}";
        var host = url.IdnHost.TrimEnd('.');
        if (host.Length == 0) return "must name a host";
        // Other letters can look like, or be turned into, digits and dots.
        if (!Ascii.IsValid(url.Host) || !Ascii.IsValid(host)) return "must name its host in ASCII; other letters as xn--...";
        return allowsPrivate || !IsPrivate(host) ? null : "must not lead to this machine or its local network, unless notifications.allow_private_addresses is true";
    }

    private static bool IsPrivate(string host) => IPAddress.TryParse(host, out var address)
        ? !PublicAddresses.Contains(address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
