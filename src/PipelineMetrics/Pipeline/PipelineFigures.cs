namespace PipelineMetrics.Pipeline;

/// <summary>The figures of the pipeline as ADR-009 names them. Times are milliseconds; a mean or a percentile of nothing is null.</summary>
/// <param name="EventCount">How many facts are in the range, completions and their revisions included.</param>
/// <param name="LastPlace">Where the last of them stands in the log; null when there is none.</param>
/// <param name="FirstAt">The time of the oldest of them; null when there is none.</param>
/// <param name="Tasks">The tasks that a fact in the range names.</param>
/// <param name="Chains">The chains that a fact in the range names.</param>
/// <param name="Requests">The change requests that a fact in the range names.</param>
/// <param name="Agents">By model, in ordinal order.</param>
public sealed record PipelineFigures(
    long EventCount, long? LastPlace, DateTimeOffset? FirstAt, TaskFigures Tasks, ChainTotals Chains, RequestFigures Requests,
    IReadOnlyList<AgentFigures> Agents);

/// <summary>The figures of tasks.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Completed">How many were completed; one that only failed is not.</param>
/// <param name="Reworked">How many of the completed ones had to be reworked.</param>
/// <param name="Cycle">From the last start to the last completion.</param>
public sealed record TaskFigures(long Total, long Completed, long Reworked, CycleTimes Cycle)
{
    /// <summary>Reworked over completed, four decimals; null when none is completed.</summary>
    public decimal? ReworkRate => CycleTimes.Share(Reworked, Completed);
}

/// <summary>The figures of chains.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Completed">How many were completed, by their own word.</param>
/// <param name="TaskStarts">Starts of their tasks; a task of which no start is known counts as one.</param>
public sealed record ChainTotals(long Total, long Completed, long TaskStarts)
{
    /// <summary>Starts over chains, two decimals; null when there is no chain.</summary>
    public decimal? AvgTasksPerChain => Total == 0 ? null : Math.Round((decimal)TaskStarts / Total, 2, MidpointRounding.AwayFromZero);
}

/// <summary>The figures of change requests.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Closed">How many are closed.</param>
/// <param name="Cycle">From their creation, or else the first fact that names them, to their closing.</param>
public sealed record RequestFigures(long Total, long Closed, CycleTimes Cycle);

/// <summary>What one model did.</summary>
/// <param name="Model">The model.</param>
/// <param name="TasksCompleted">Tasks whose last completion is its.</param>
/// <param name="Reworked">How many of them had to be reworked.</param>
/// <param name="Cycle">Their cycle times.</param>
/// <param name="InputTokens">Input tokens of all its facts in the range; it stays at the largest 64-bit number instead of wrapping.</param>
/// <param name="OutputTokens">Output tokens, likewise.</param>
public sealed record AgentFigures(string Model, long TasksCompleted, long Reworked, CycleTimes Cycle, long InputTokens, long OutputTokens)
{
    /// <summary>Reworked over completed, four decimals; null when none is completed.</summary>
    public decimal? ReworkRate => CycleTimes.Share(Reworked, TasksCompleted);
}

/// <summary>One chain, as <see cref="PipelineFold.ToChains"/> lists it.</summary>
/// <param name="ChainId">Its id.</param>
/// <param name="IsCompleted">Whether it is completed, by its own word.</param>
/// <param name="Tasks">Its tasks.</param>
/// <param name="Open">How many of them have something to do.</param>
/// <param name="OldestOpen">The one of them that waits or runs longest; null when there is none.</param>
public sealed record ChainFigures(string ChainId, bool IsCompleted, TaskFigures Tasks, long Open, OpenTask? OldestOpen);

/// <summary>A task with something to do.</summary>
/// <param name="TaskId">Its id within its chain.</param>
/// <param name="Since">Since when.</param>
public sealed record OpenTask(string TaskId, DateTimeOffset Since);
