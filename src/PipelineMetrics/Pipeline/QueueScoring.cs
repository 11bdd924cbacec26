namespace PipelineMetrics.Pipeline;

/// <summary>Why a task stands where it stands in the queue.</summary>
/// <param name="Priority">What it was registered with.</param>
/// <param name="AgeBoost">What its age adds.</param>
/// <param name="PressureBoost">What its urgency, deadline and sender add, four decimals; null when it says none of them.</param>
public readonly record struct QueueScore(decimal Priority, decimal AgeBoost, decimal? PressureBoost)
{
    /// <summary>The sum; higher goes first.</summary>
    public decimal Total => Priority + AgeBoost + (PressureBoost ?? 0);
}

/// <summary>Scores tasks: priority, age, and what they say of how much they press.</summary>
public sealed class QueueScoring
{
    private static readonly TimeSpan DeadlineHorizon = TimeSpan.FromDays(7);
    private readonly (TimeSpan Age, decimal Boost)[] _steps;
    private readonly (decimal Urgency, decimal Deadline, decimal Sender) _weights;
    private readonly HashSet<string> _vips;

    /// <summary>A scoring by these settings.</summary>
    public QueueScoring(QueueOptions queue, PriorityWeights weights, VipSenders vips)
    {
        _steps = [.. queue.AgeBoost.OrderBy(step => step.Key).Select(step => (step.Key, (decimal)step.Value))];
        _weights = ((decimal)weights.Urgency, (decimal)weights.Deadline, (decimal)weights.Sender);
        _vips = new HashSet<string>(vips.Senders, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The score of a task at an instant, whatever state it is in.</summary>
    public QueueScore ScoreOf(TaskView task, DateTimeOffset at) =>
        new(task.Priority, AgeBoost(at - task.CreatedAt), task.Pressure is { } pressure ? PressureBoost(pressure, at) : null);

    private decimal AgeBoost(TimeSpan age)
    {
        var reached = Array.FindLastIndex(_steps, step => age >= step.Age);
        return reached < 0 ? 0 : _steps[reached].Boost;
    }

    // Rounded, so that what is shown is exactly what the order was made by.
    private decimal PressureBoost(TaskPressure pressure, DateTimeOffset at)
    {
        var sum = (pressure.Urgency ?? 0) * _weights.Urgency;
        if (pressure.Deadline is { } deadline) sum += Nearness(deadline - at) * _weights.Deadline;
        if (pressure.Sender is { } sender && _vips.Contains(sender)) sum += _weights.Sender;
        return Math.Round(sum, 4, MidpointRounding.AwayFromZero);
    }

    // 1 when the deadline has come, 0 when it is a week away or more, evenly between.
    private static decimal Nearness(TimeSpan left) =>
        Math.Clamp(1 - ((decimal)left.Ticks / DeadlineHorizon.Ticks), 0, 1);
}
