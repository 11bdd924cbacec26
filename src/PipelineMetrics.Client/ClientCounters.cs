namespace PipelineMetrics.Client;

/// <summary>What a client did since it was made. Each is exact; read together they may be a moment apart.</summary>
public readonly record struct ClientCounters
{
    /// <summary>Records that were tracked and taken.</summary>
    public long Accepted { get; init; }

    /// <summary>Records the service has stored, those of earlier processes included; with <c>DryRun</c>, those that would have been sent.</summary>
    public long Sent { get; init; }

    /// <summary>Of those sent, how many the service had already: an answer was lost on the way.</summary>
    public long Duplicates { get; init; }

    /// <summary>Records the service refused for what they say; sending them again would not help.</summary>
    public long Rejected { get; init; }

    /// <summary>Records that are lost: no room, too long or unreadable, tracked after the stop, or still in memory at its end.</summary>
    public long Dropped { get; init; }

    /// <summary>Requests that failed and were, or will be, made again.</summary>
    public long Retries { get; init; }

    /// <summary>Records of earlier processes that were found in the spool.</summary>
    public long Recovered { get; init; }

    /// <summary>Records that wait to be sent now, those found in the spool included.</summary>
    public long Pending { get; init; }
}
