namespace PipelineMetrics.Aggregation;

/// <summary>
/// Where the steps of a range lie at one moment of the clock. A range without end goes up to the step that runs. The edges move only
/// when the answer changes anyway: a window that rolls is shown as it was when a fact came, a completion left, or a step began or left.
/// </summary>
/// <param name="range">The range.</param>
/// <param name="now">The moment.</param>
/// <param name="state">What decides about the figures of the range.</param>
/// <param name="oldestMs">When the oldest completion of the range finished; the largest number when there is none.</param>
internal readonly struct SeriesSpan(TimeRange range, DateTimeOffset now, MetricsState state, long oldestMs)
{
    private static readonly long BeginOfTimeMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private readonly (long FromMs, long BeforeMs) _bounds = range.Bounds(now);

    private bool IsEmpty => _bounds.FromMs >= _bounds.BeforeMs || _bounds.BeforeMs <= BeginOfTimeMs;

    private bool HasEnd => _bounds.BeforeMs != long.MaxValue;

    private bool HasBegin => _bounds.FromMs != long.MinValue;

    private bool Rolls => range.Length is not null && HasBegin;

    private long LengthMs => range.Length!.Value.Ticks / TimeSpan.TicksPerMillisecond;

    private long LastMs => HasEnd ? _bounds.BeforeMs - 1 : Math.Max(now.ToUnixTimeMilliseconds(), HasBegin ? _bounds.FromMs : long.MinValue);

    private long FirstMs => HasBegin ? _bounds.FromMs : Math.Min(oldestMs, LastMs);

    /// <summary>How many steps there are; for a window that rolls as many as it always has, give or take one.</summary>
    public long CountOf(CalendarStep step)
    {
        if (IsEmpty) return 0;
        return Rolls && step.LengthMs > 0 ? (LengthMs / step.LengthMs) + 1 : step.IndexOf(LastMs) - step.IndexOf(FirstMs) + 1;
    }

    /// <summary>The edges of all steps, Unix milliseconds: a step goes from one up to the next. The largest number is no end.</summary>
    public long[] EdgesOf(CalendarStep step)
    {
        if (IsEmpty) return [];
        var first = step.IndexOf(FirstMs);
        var edges = new long[step.IndexOf(LastMs) - first + 2];
        for (var i = 0; i < edges.Length; i++) edges[i] = step.StartMs(first + i);
        if (Rolls) edges[0] = Math.Max(edges[0], RolledTo(edges[^2]));
        else if (HasBegin) edges[0] = _bounds.FromMs;
        edges[^1] = _bounds.BeforeMs;
        return edges;
    }

    /// <summary>Until when the same edges hold and nothing leaves the range.</summary>
    public DateTimeOffset HoldsUntil(CalendarStep step)
    {
        if (HasEnd) return DateTimeOffset.MaxValue;
        var holds = Before(step.StartMs(step.IndexOf(LastMs) + 1));
        if (!Rolls) return holds;
        if (state.ChangedAt is { } changed && changed > now) holds = Earlier(holds, changed.AddTicks(-1));
        if (oldestMs != long.MaxValue) holds = Earlier(holds, TimeRange.Leaves(oldestMs, range.Length!.Value));
        return Earlier(holds, TimeRange.Leaves(step.StartMs(step.IndexOf(FirstMs) + 1) - 1, range.Length!.Value));
    }

    // Nothing finished between what is said here and the edge of the window, else it would have left and be the newest that did.
    private long RolledTo(long runningSinceMs)
    {
        var rolled = Math.Max(runningSinceMs - LengthMs, state.Edge == long.MinValue ? long.MinValue : state.Edge + 1);
        return state.ChangedAt is { } changed && changed <= now ? Math.Max(rolled, changed.ToUnixTimeMilliseconds() - LengthMs) : rolled;
    }

    private static DateTimeOffset Before(long ms) =>
        ms > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(ms).AddTicks(-1);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
