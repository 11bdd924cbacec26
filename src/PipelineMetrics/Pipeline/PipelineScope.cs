namespace PipelineMetrics.Pipeline;

/// <summary>Which facts a question about the pipeline is about, by the time they tell themselves.</summary>
/// <param name="Since">The first instant that is in; null: from the beginning. What is older counts nowhere, but still tells when a task
/// was started that ended in the range.</param>
/// <param name="AsOf">The last instant that is in; null: without end. What is newer is not known.</param>
public sealed record PipelineScope(DateTimeOffset? Since, DateTimeOffset? AsOf)
{
    /// <summary>Everything that is in the log.</summary>
    public static PipelineScope Everything { get; } = new(null, null);

    // Facts happen on whole milliseconds: the first that is not before an edge inside one is the next.
    internal long FirstMs { get; } = Since is not { } since ? long.MinValue
        : since.ToUnixTimeMilliseconds() + (since.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    internal long LastMs { get; } = AsOf?.ToUnixTimeMilliseconds() ?? long.MaxValue;

    /// <summary>Whether a fact of this time, in Unix milliseconds, has happened as far as the question goes.</summary>
    internal bool Knows(long ms) => ms <= LastMs;

    /// <summary>Whether a fact of this time, in Unix milliseconds, is counted.</summary>
    internal bool Counts(long ms) => ms >= FirstMs && ms <= LastMs;
}
