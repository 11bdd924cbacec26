using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>Says that an answer reaches before what the log still holds, in a header: the shape of an answer must not depend on it.</summary>
internal static class Truncation
{
    /// <summary>The header; an instant from which on nothing is missing.</summary>
    public const string Header = "Pipeline-Truncated-Before";

    /// <param name="response">The answer.</param>
    /// <param name="before">Facts from before this time have left, and would be in the answer; null when none would.</param>
    public static void Tell(HttpResponse response, DateTimeOffset? before)
    {
        if (before is { } whole) response.Headers[Header] = Instant.ToText(whole);
    }
}
