using System.Text;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Completions;

/// <summary>The header <c>Idempotency-Key</c>: another way to give an id.</summary>
internal static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int MaxBytes = 128;

    public static string? Of(HttpRequest request) => request.Headers[Header].ToString() is { Length: > 0 } key ? Unquoted(key) : null;

    /// <summary>Gives the draft the id of the header; a problem when both name different ids or the key is no id.</summary>
    public static IResult? Apply(HttpRequest request, CompletionDraft draft)
    {
        if (Of(request) is not { } key) return null;
        if (Encoding.UTF8.GetByteCount(key) > MaxBytes || string.IsNullOrWhiteSpace(key))
            return Problems.Invalid(new FieldError(Header, $"must be 1 to {MaxBytes} bytes", key.Length > 100 ? key[..100] : key));
        if (draft.Id is not null && draft.Id != key)
            return Problems.Invalid(new FieldError("id", $"must agree with the header {Header} ('{key}')", draft.Id));
        draft.Id = key;
        return null;
    }

    // The header is a structured-field string in the standard's draft, so it may come in quotes.
    private static string Unquoted(string key) => key.Length > 2 && key[0] == '"' && key[^1] == '"' ? key[1..^1] : key;
}
