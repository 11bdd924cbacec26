using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>What kind of body a request carries.</summary>
internal static class MediaTypes
{
    /// <summary>A 415 that says how to send it, or null when the body is one of the accepted kinds.</summary>
    public static ProblemHttpResult? Refuse(HttpRequest request, params string[] accepted)
    {
        if (accepted.Any(type => Is(request, type))) return null;
        var sent = string.IsNullOrEmpty(request.ContentType) ? "no content type" : $"'{request.ContentType}'";
        return Problems.Result(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
            $"The body came with {sent}; send it with the header 'Content-Type: {string.Join("' or 'Content-Type: ", accepted)}'.");
    }

    public static bool Is(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var sent) && sent.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);
}
