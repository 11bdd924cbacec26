namespace PipelineMetrics.Api.Hosting;

/// <summary>
/// Headers for browsers, on every answer: own scripts only, never in a frame, no sniffing, no referrer.
/// Swagger UI styles itself inline, so its pages, and only those, may.
/// </summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly string InlineStylePolicy =
        Policy.Replace("style-src 'self'", "style-src 'self' 'unsafe-inline'", StringComparison.Ordinal);

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        AddTo(context);
        return next(context);
    });

    /// <summary>Adds them again, for an error answer that began by clearing the headers.</summary>
    public static void AddTo(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger") ? InlineStylePolicy : Policy;
        headers["Referrer-Policy"] = "no-referrer";
    }
}
