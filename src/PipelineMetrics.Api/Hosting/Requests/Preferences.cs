namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>What a caller prefers (RFC 7240).</summary>
internal static class Preferences
{
    /// <summary>Whether <c>Prefer: handling=strict</c> asks to refuse what would otherwise be taken with a warning.</summary>
    public static bool AreStrict(HttpRequest request) =>
        request.Headers["Prefer"].SelectMany(v => (v ?? "").Split(',', ';'))
            .Any(p => p.Replace(" ", "", StringComparison.Ordinal).Equals("handling=strict", StringComparison.OrdinalIgnoreCase));
}
