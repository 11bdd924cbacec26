namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>What is said for a status when nobody closer to the cause said more.</summary>
internal static class ProblemCodes
{
    private static readonly Dictionary<int, (string Code, string Detail)> ByStatus = new()
    {
        [400] = ("bad_request", "The request cannot be read."),
        [401] = ("unauthorized", "This needs a key."),
        [403] = ("forbidden", "The key does not allow this."),
        [404] = ("not_found", "There is nothing at this address."),
        [405] = ("method_not_allowed", "This address does not answer that method; the Allow header names those it does."),
        [406] = ("not_acceptable", "None of the accepted media types is available here."),
        [408] = ("request_timeout", "The request came too slowly."),
        [409] = ("conflict", "The request contradicts what is stored."),
        [411] = ("length_required", "The request must say how long it is."),
        [413] = ("payload_too_large", "The body is larger than this address takes."),
        [414] = ("uri_too_long", "The address is too long."),
        [415] = ("unsupported_media_type", "The body has a media type, charset or encoding that is not understood here."),
        [422] = ("invalid", "The request breaks a rule."),
        [429] = ("too_many_requests", "There are too many requests at once; ask again later."),
        [431] = ("headers_too_large", "The request headers are too large."),
        [500] = ("internal_error", "The service failed to answer; the trace id finds the reason in its log."),
        [503] = ("unavailable", "The service cannot answer now; ask again later."),
        [504] = ("timeout", "The answer took too long."),
        [507] = ("storage_full", "There is no room to store this."),
    };

    public static (string Code, string Detail) Of(int status) =>
        ByStatus.TryGetValue(status, out var known) ? known : status < 500 ? ByStatus[400] : ByStatus[500];
}
