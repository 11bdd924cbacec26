using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Pipeline;

/// <summary>When a failed task should be tried again.</summary>
public sealed class RetryOptions
{
    /// <summary>How many attempts a task gets.</summary>
    /// <value>Default 5, from 1 to 100.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The wait after the first failure.</summary>
    /// <value>Default 60 s, from 0 to 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What the wait is multiplied by after each further failure.</summary>
    /// <value>Default 2, from 1 to 10.</value>
    [Range(1.0, 10.0)]
    public double BackoffMultiplier { get; set; } = 2;

    /// <summary>The longest wait.</summary>
    /// <value>Default 3600 s, from 0 to 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What is different for a task type. The case of its name does not matter.</summary>
    /// <value>Default nothing.</value>
    public IReadOnlyDictionary<string, TypeRetryOptions> ByTaskType { get; set; } = new Dictionary<string, TypeRetryOptions>();

    /// <summary>
    /// What to do about a failed task; null for a task that has not failed. Without jitter: the same question has the same answer.
    /// </summary>
    public RetryAdvice? AdviceFor(TaskView task)
    {
        if (task.State != TaskState.Failed || task.LastClosed is not { } closed) return null;
        if (closed.Attempt >= (ByTaskType.GetValueOrDefault(task.TypeInFigures)?.MaxAttempts ?? MaxAttempts)) return new RetryAdvice(null, Exhausted: true);
        return new RetryAdvice(QueueSchedule.Later(closed.At, WaitAfter(task.TypeInFigures, closed.Attempt)), Exhausted: false);
    }

    /// <summary>How long to wait when an attempt at a task of some type has failed.</summary>
    /// <param name="taskType">The type.</param>
    /// <param name="attempt">Which attempt it was, from 1.</param>
    public TimeSpan WaitAfter(string taskType, long attempt)
    {
        var own = ByTaskType.GetValueOrDefault(taskType);
        var growth = Math.Pow(own?.BackoffMultiplier ?? BackoffMultiplier, attempt - 1);
        var (first, longest) = (own?.InitialBackoff ?? InitialBackoff, own?.MaxBackoff ?? MaxBackoff);
        return TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, first.TotalSeconds * growth));
    }
}

/// <summary>When a failed task of one type should be tried again; what is null is as for every task.</summary>
public sealed class TypeRetryOptions
{
    /// <inheritdoc cref="RetryOptions.MaxAttempts"/>
    [Range(1, 100)]
    public int? MaxAttempts { get; set; }

    /// <inheritdoc cref="RetryOptions.InitialBackoff"/>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan? InitialBackoff { get; set; }

    /// <inheritdoc cref="RetryOptions.BackoffMultiplier"/>
    [Range(1.0, 10.0)]
    public double? BackoffMultiplier { get; set; }

    /// <inheritdoc cref="RetryOptions.MaxBackoff"/>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan? MaxBackoff { get; set; }
}

/// <summary>When a failed task should be tried again.</summary>
/// <param name="NextRetryAt">The earliest time of the next attempt; null when there is none.</param>
/// <param name="Exhausted">Whether it has had all its attempts.</param>
public sealed record RetryAdvice(DateTimeOffset? NextRetryAt, bool Exhausted);
