namespace PipelineMetrics.Pipeline;

/// <summary>When a task is expected to start and to finish.</summary>
public readonly record struct ExpectedTime(DateTimeOffset Start, DateTimeOffset Finish);

/// <summary>
/// Expects that each waiting task in turn is taken by the runner that is free first (list scheduling; R. L. Graham, 1966) and takes
/// as long as its type usually does.
/// </summary>
public static class QueueSchedule
{
    /// <summary>The expected times of the waiting tasks, in their order.</summary>
    /// <param name="free">When each runner is free; at least one.</param>
    /// <param name="serviceTimes">How long each waiting task takes, in the order of the queue.</param>
    public static IReadOnlyList<ExpectedTime> Of(IReadOnlyCollection<DateTimeOffset> free, IReadOnlyCollection<TimeSpan> serviceTimes)
    {
        var runners = new PriorityQueue<int, DateTimeOffset>(free.Select(at => (0, at)));
        var expected = new List<ExpectedTime>(serviceTimes.Count);
        foreach (var time in serviceTimes)
        {
            runners.TryDequeue(out _, out var start);
            var finish = Later(start, time);
            runners.Enqueue(0, finish);
            expected.Add(new ExpectedTime(start, finish));
        }
        return expected;
    }

    /// <summary>An instant and a time after it; the last instant there is when that is beyond it.</summary>
    public static DateTimeOffset Later(DateTimeOffset at, TimeSpan by) => DateTimeOffset.MaxValue - at < by ? DateTimeOffset.MaxValue : at + by;
}
