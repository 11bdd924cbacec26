using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>The header <c>Idempotency-Key</c>: another way to give an id.</summary>
internal static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int MaxIdBytes = 128;

    // Room for a colon and any line number, so that no line of a batch is refused for where it stands.
    private const int MaxBatchKeyBytes = MaxIdBytes - 1 - 19;

    /// <summary>The key; null when there is none.</summary>
    public static string? Of(HttpRequest request) => request.Headers[Header].ToString() is { Length: > 0 } key ? Unquoted(key) : null;

    /// <summary>Gives what was posted the id of the header; a problem when both name different ids or the key is no id.</summary>
    public static IResult? Apply<TPosted>(HttpRequest request, TPosted posted) where TPosted : IPosted<TPosted>
    {
        if (Of(request) is not { } key) return null;
        if (Refuse(request, key, MaxIdBytes) is { } refusal) return refusal;
        if (posted.Id is not null && posted.Id != key)
            return Problems.Invalid(new FieldError("id", $"must agree with the header {Header} ('{key}')", posted.Id));
        if (posted.Id is null) posted.GiveId(key);
        return null;
    }

    /// <summary>A problem when the key cannot begin the ids of all lines of a batch.</summary>
    public static IResult? RefuseForBatch(HttpRequest request) => Of(request) is { } key ? Refuse(request, key, MaxBatchKeyBytes) : null;

    private static ProblemHttpResult? Refuse(HttpRequest request, string key, int maxBytes)
    {
        if (request.Headers[Header].Count > 1) return Problems.Invalid(new FieldError(Header, "must be given once", null));
        if (!string.IsNullOrWhiteSpace(key) && Encoding.UTF8.GetByteCount(key) <= maxBytes) return null;
        return Problems.Invalid(new FieldError(Header, $"must be 1 to {maxBytes} bytes", null));
    }

    // The header is a structured-field string in the standard's draft, so it may come in quotes.
    private static string Unquoted(string key) => key.Length > 1 && key[0] == '"' && key[^1] == '"' ? key[1..^1] : key;
}
