namespace PipelineMetrics.Events;

/// <summary>Whether the attempt counts as completed or as failed in every rate.</summary>
public enum CompletionStatus
{
    /// <summary>The task was done.</summary>
    Completed,

    /// <summary>It was not.</summary>
    Failed,
}

/// <summary>How the attempt ended, finer than its status.</summary>
public enum Outcome
{
    /// <summary>Done.</summary>
    Success,

    /// <summary>Not done.</summary>
    Failure,

    /// <summary>Done in part; counts as failed unless the status says completed.</summary>
    Partial,

    /// <summary>Stopped by a time limit.</summary>
    Timeout,

    /// <summary>Stopped by somebody; left out of rates and percentiles.</summary>
    Cancelled,
}

/// <summary>Where a cost comes from.</summary>
public enum CostSource
{
    /// <summary>The harness or the caller said it.</summary>
    Reported,

    /// <summary>Computed from tokens and the price table.</summary>
    Estimated,
}

/// <summary>The words that stand for the closed vocabularies in JSON.</summary>
internal static class Words
{
    public static readonly WordList<CompletionStatus> Status = new(
        ("completed", CompletionStatus.Completed), ("failed", CompletionStatus.Failed), ("timed_out", CompletionStatus.Failed));

    public static readonly WordList<Outcome> Outcome = new(
        ("success", Events.Outcome.Success), ("failure", Events.Outcome.Failure), ("partial", Events.Outcome.Partial),
        ("timeout", Events.Outcome.Timeout), ("cancelled", Events.Outcome.Cancelled));

    public static readonly WordList<CostSource> CostSource = new(("reported", Events.CostSource.Reported),
        ("estimated", Events.CostSource.Estimated));
}
