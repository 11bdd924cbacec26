namespace PipelineMetrics.Api.Tests.Story;

/// <summary>A task as the story knows it.</summary>
internal sealed class StoryTask
{
    public required string Id { get; init; }

    public required string? Chain { get; init; }

    public required string Type { get; init; }

    public required int Priority { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string State { get; set; } = "pending";

    public string? Runner { get; set; }

    public int Attempt { get; set; }

    public bool IsOpen { get; set; }

    public DateTimeOffset WaitsSince { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? RunsSince { get; set; }

    public double RanSeconds { get; set; }

    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>How its address ends.</summary>
    public string Address => $"{Id}?chain_id={Chain}";

    public void Start(string runner, DateTimeOffset now)
    {
        if (!IsOpen) (Attempt, IsOpen, StartedAt, RanSeconds) = (Attempt + 1, true, now, 0);
        (State, Runner, RunsSince, RetryAt) = ("running", runner, now, null);
    }

    public void Ask(DateTimeOffset now)
    {
        Pause(now);
        State = "needs_decision";
    }

    public void Release(DateTimeOffset now)
    {
        Pause(now);
        (State, Runner, WaitsSince) = ("pending", null, now);
    }

    public void Pause(DateTimeOffset now) => (RanSeconds, RunsSince) = (RunningSeconds(now), null);

    /// <summary>Whether a runner has it now.</summary>
    public bool IsHeld => Runner is not null && (State is "pending" or "running" or "needs_decision");

    public double RunningSeconds(DateTimeOffset now) => RanSeconds + (RunsSince is { } since ? (now - since).TotalSeconds : 0);
}

/// <summary>A finished attempt as the story knows it.</summary>
internal sealed record StoryEnd(string Task, string Type, bool Completed, double Seconds, DateTimeOffset At);

/// <summary>
/// What the service should say, worked out the obvious way from what the runners did. It knows the rules from their description and
/// shares nothing with the service.
/// </summary>
internal sealed class PipelineModel
{
    public List<StoryTask> Tasks { get; } = [];

    public List<StoryEnd> Ends { get; } = [];

    public static int MostAttempts(string type) => type == "review" ? 2 : 5;

    public void End(StoryTask task, bool completed, DateTimeOffset now)
    {
        task.Pause(now);
        (task.State, task.IsOpen) = (completed ? "completed" : "failed", false);
        Ends.Add(new StoryEnd(task.Id, task.Type, completed, task.RanSeconds, now));
        var isLast = completed || task.Attempt >= MostAttempts(task.Type);
        task.RetryAt = isLast ? null : now.AddSeconds(Math.Min(3600, 60 * Math.Pow(2, task.Attempt - 1)));
    }

    public int Count(string state) => Tasks.Count(t => t.State == state);

    public List<StoryTask> Queue(DateTimeOffset now) => [.. Tasks.Where(t => t.State == "pending")
        .OrderByDescending(t => t.Priority + AgeBoost((now - t.CreatedAt).TotalDays)).ThenBy(t => t.CreatedAt)
        .ThenBy(t => t.Chain, StringComparer.Ordinal).ThenBy(t => t.Id, StringComparer.Ordinal)];

    public List<StoryTask> Retries() => [.. Tasks.Where(t => t.RetryAt is not null).OrderBy(t => t.RetryAt)];

    /// <summary>When the waiting tasks start and finish, and when all is done; nulls while nothing has finished.</summary>
    public (List<(DateTimeOffset?, DateTimeOffset?)> Times, DateTimeOffset? All) Expected(DateTimeOffset now)
    {
        var queue = Queue(now);
        if (Ends.Count == 0) return ([.. queue.Select(_ => ((DateTimeOffset?)null, (DateTimeOffset?)null))], null);
        var free = Tasks.Where(t => t.State == "running").Select(t => Later(now, t.StartedAt.AddSeconds(Usual(t.Type)))).ToList();
        var all = free.Select(f => (DateTimeOffset?)f).Max();
        if (free.Count == 0) free.Add(now);
        var times = new List<(DateTimeOffset?, DateTimeOffset?)>();
        foreach (var task in queue)
        {
            var first = free.IndexOf(free.Min());
            var start = free[first];
            free[first] = start.AddSeconds(Usual(task.Type));
            times.Add((start, free[first]));
            all = all is null || free[first] > all ? free[first] : all;
        }
        return (times, all);
    }

    /// <summary>The smallest duration with at least this share of all at or below it.</summary>
    public static double Rank(IEnumerable<double> seconds, double share)
    {
        var sorted = seconds.Order().ToList();
        return sorted.First(s => sorted.Count(other => other <= s) >= share * sorted.Count);
    }

    private double Usual(string type)
    {
        var own = Ends.Where(e => e.Type == type).ToList();
        return Rank((own.Count > 0 ? own : Ends).Select(e => e.Seconds), 0.5);
    }

    private static double AgeBoost(double days) => days >= 7 ? 1 : days >= 3 ? 0.5 : days >= 1 ? 0.25 : 0;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
