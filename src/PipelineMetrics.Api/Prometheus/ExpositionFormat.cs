using Microsoft.Net.Http.Headers;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>A way to write families down.</summary>
/// <param name="ContentType">How the answer says which one it is.</param>
/// <param name="IsOpenMetrics">Whether it is OpenMetrics, else the text format of Prometheus.</param>
internal sealed record ExpositionFormat(string ContentType, bool IsOpenMetrics)
{
    private static readonly ExpositionFormat Text = new("text/plain; version=0.0.4; charset=utf-8", IsOpenMetrics: false);
    private static readonly ExpositionFormat OpenMetrics = new("application/openmetrics-text; version=1.0.0; charset=utf-8", IsOpenMetrics: true);

    /// <summary>OpenMetrics for who prefers it, else text: a browser and curl can read that, whatever they accept.</summary>
    public static ExpositionFormat For(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)) return Text;
        return Quality(accepted, "application/openmetrics-text", "1.0.0") > TextQuality(accepted) ? OpenMetrics : Text;
    }

    /// <summary>Whether the answer may be compressed.</summary>
    public static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.FirstOrDefault(a => a.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) is { } gzip && gzip.Quality is null or > 0;

    // The most exact range decides (RFC 9110, 12.5.1).
    private static double TextQuality(IList<MediaTypeHeaderValue> accepted)
    {
        foreach (var range in (string[])["text/plain", "text/*", "*/*"])
        {
            if (accepted.Any(a => Is(a, range, "0.0.4"))) return Quality(accepted, range, "0.0.4");
        }
        return 0;
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type, string version) =>
        accepted.Where(a => Is(a, type, version)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();

    private static bool Is(MediaTypeHeaderValue accepted, string type, string version) =>
        accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
        && accepted.Parameters.All(p => !p.Name.Equals("version", StringComparison.OrdinalIgnoreCase) || p.GetUnescapedValue().Equals(version, StringComparison.Ordinal));
}
