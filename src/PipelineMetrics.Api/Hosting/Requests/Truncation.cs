using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>Says that an answer reaches before what the log still holds, in a header: the shape of an answer must not depend on it.</summary>
internal static class Truncation
{
    /// <summary>The header; an instant from which on nothing is missing.</summary>
    public const string Header = "Pipeline-Truncated-Before";

    /// <summary>Says so of an answer made of the history.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="recorder">The engine.</param>
    /// <param name="since">From when on facts are in it; null for all.</param>
    /// <param name="reachesTo">The number behind which it begins.</param>
    public static void Tell(HttpResponse response, Recorder recorder, DateTimeOffset? since, long reachesTo = 0)
    {
        // What begins behind the last number that left, or with a time from which on everything is there, misses nothing.
        var left = recorder.Log.Archive;
        if (reachesTo < left.LastSeq && !(since >= left.Before)) Tell(response, left.Before);
    }

    /// <summary>Says so of figures.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="before">Facts from before this time have left, and would be in the answer; null when none would.</param>
    public static void Tell(HttpResponse response, DateTimeOffset? before)
    {
        if (before is { } whole) response.Headers[Header] = Instant.ToText(whole);
    }
}
