using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Refuses bodies whose form is not understood, before anybody reads them as something they are not:
/// an unknown or stacked encoding, a charset other than UTF-8, a length that is given twice.
/// </summary>
internal static class RequestFormCheck
{
    public static void UseRequestFormCheck(this WebApplication app) =>
        app.Use((context, next) => Refusal(context) is { } refusal ? refusal.ExecuteAsync(context) : next(context));

    private static ProblemHttpResult? Refusal(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!HasOneLength(headers)) return Framing(context);
        if (!IsKnownEncoding(headers.ContentEncoding.ToString())) return Encoding(context);
        return IsUtf8(headers.ContentType.ToString()) ? null : Unsupported("The charset of the body must be utf-8.");
    }

    /// <summary>Two lengths are how requests are smuggled past a proxy. The server renames an overruled length.</summary>
    private static bool HasOneLength(IHeaderDictionary headers) =>
        headers.TransferEncoding.Count == 0
        || (Same(headers.TransferEncoding.ToString(), "chunked") && !headers.ContainsKey("X-Content-Length"));

    private static bool IsKnownEncoding(string encoding) =>
        encoding.Length == 0 || Same(encoding, "identity") || EncodedBodies.Names.Contains(encoding);

    private static bool IsUtf8(string contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || !type.Charset.HasValue
        || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult Framing(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return Problems.BadRequest("The request says in two ways how long it is.");
    }

    private static ProblemHttpResult Encoding(HttpContext context)
    {
        context.Response.Headers.AcceptEncoding = string.Join(", ", EncodedBodies.Names);
        return Unsupported("The content encoding of the body must be gzip, br, deflate or identity, and only one.");
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult Unsupported(string detail) =>
        Problems.Result(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", detail);
}
