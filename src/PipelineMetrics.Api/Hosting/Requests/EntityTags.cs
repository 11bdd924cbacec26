using Microsoft.Net.Http.Headers;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>Answers that a caller may keep as long as nothing in them can have changed (RFC 9110, weak tags).</summary>
internal static class EntityTags
{
    /// <param name="request">The request.</param>
    /// <param name="tag">A weak tag as it stands in the header.</param>
    public static bool Matches(HttpRequest request, string tag)
    {
        var known = request.Headers.IfNoneMatch;
        if (known.Count == 0) return false;
        return known == tag || Matches(request.GetTypedHeaders().IfNoneMatch, EntityTagHeaderValue.Parse(tag));
    }

    private static bool Matches(IList<EntityTagHeaderValue> known, EntityTagHeaderValue tag) =>
        known.Any(k => k.Tag == "*" || k.Compare(tag, useStrongComparison: false));
}

/// <summary>304: what the caller has is still the answer.</summary>
internal sealed class NotModified(string tag) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        TaggedJson.Tag(httpContext.Response, tag);
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }
}

/// <summary>A finished JSON body with its tag.</summary>
internal sealed class TaggedJson(ReadOnlyMemory<byte> json, string tag) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        Tag(response, tag);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }

    // no-cache: keep it, but ask every time; the tag makes asking cheap.
    public static void Tag(HttpResponse response, string tag)
    {
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
    }
}
