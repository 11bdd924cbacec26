namespace PipelineMetrics.Events;

/// <summary>How strictly facts are read: what just arrived is judged harder than what is already in the log.</summary>
/// <param name="Now">The service's clock; null for facts from the log, which were judged when they arrived.</param>
/// <param name="RefuseUnknownFields">Refuse fields nobody knows instead of keeping them in <c>metadata</c>.</param>
/// <param name="MaxDepth">How deep JSON may nest.</param>
/// <param name="DurationRequired">Refuse a completion without a duration.</param>
public sealed record ReadingRules(DateTimeOffset? Now, bool RefuseUnknownFields = false, int MaxDepth = ReadingRules.DefaultMaxDepth,
    bool DurationRequired = true)
{
    /// <summary>The default depth limit: 16.</summary>
    public const int DefaultMaxDepth = 16;

    internal const int StoredMaxDepth = 64;

    /// <summary>The rules for lines of the log, ours or foreign.</summary>
    public static ReadingRules Stored { get; } = new(Now: null, MaxDepth: StoredMaxDepth, DurationRequired: false);
}
