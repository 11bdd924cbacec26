namespace PipelineMetrics.Transcripts;

/// <summary>Instants that are numbers.</summary>
internal static class UnixTime
{
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Milliseconds since 1970; null when there is no such instant.</summary>
    public static DateTimeOffset? OfMs(long? ms) => ms is { } value && value <= LastMs ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    /// <summary>Seconds since 1970; null when there is no such instant.</summary>
    public static DateTimeOffset? OfSeconds(long? seconds) => seconds <= LastMs / 1000 ? OfMs(seconds * 1000) : null;
}
