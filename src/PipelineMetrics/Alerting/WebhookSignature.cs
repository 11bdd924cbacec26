using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Alerting;

/// <summary>
/// The signature of Standard Webhooks 1.0: <c>v1,</c> and the base64 of the HMAC-SHA256 over <c>id.timestamp.body</c>, one for each
/// secret, with a blank between them.
/// </summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <summary>Reads a secret, <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    /// <returns>The rule it breaks, without the secret; null when there is none.</returns>
    public static string? TryReadSecret(string text, out byte[] secret)
    {
        secret = new byte[MostBytes];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(text[Prefix.Length..], secret, out var length)
            || length < LeastBytes)
        {
            return $"must be {Prefix} and the base64 of {LeastBytes} to {MostBytes} bytes";
        }
        secret = secret[..length];
        return null;
    }

    /// <summary>The header <c>webhook-signature</c>.</summary>
    /// <param name="secrets">One, or two while one is replaced by the other.</param>
    /// <param name="id">The id of the webhook; holds no dot.</param>
    /// <param name="unixSeconds">The header <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Of(IReadOnlyList<byte[]> secrets, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}"));
    }
}
