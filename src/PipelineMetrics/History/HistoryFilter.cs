using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// Which lines are wanted. The values of one list are alternatives, an empty list wants all; different lists must all hold.
/// A completion is the event <c>task:completed</c> or <c>task:failed</c> about its task.
/// </summary>
public sealed record HistoryFilter
{
    /// <summary>Everything.</summary>
    public static HistoryFilter All { get; } = new();

    /// <summary>Types of events, such as <c>task:started</c>.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary>What the line is about: <c>task</c>, <c>chain</c>, ...</summary>
    public IReadOnlyList<string> EntityTypes { get; init; } = [];

    /// <summary>The id of what the line is about.</summary>
    public IReadOnlyList<string> EntityIds { get; init; } = [];

    /// <summary>Tasks, in any chain.</summary>
    public IReadOnlyList<string> TaskIds { get; init; } = [];

    /// <summary>Chains: what happened to them and to their tasks.</summary>
    public IReadOnlyList<string> ChainIds { get; init; } = [];

    /// <summary>Change requests: what happened to them and because of them.</summary>
    public IReadOnlyList<string> RequestIds { get; init; } = [];

    /// <summary>The first instant that is in, by the time the fact says it happened; null for no edge.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The first instant that is out again; null for no edge.</summary>
    public DateTimeOffset? Until { get; init; }

    private bool WantsAll => EventTypes.Count + EntityTypes.Count + EntityIds.Count + TaskIds.Count + ChainIds.Count + RequestIds.Count == 0
        && Since is null && Until is null;

    /// <summary>Whether a line is wanted. A line that does not say what is asked for is not.</summary>
    public bool Wants(LogStream stream, ReadOnlySpan<byte> json)
    {
        if (WantsAll) return true;
        var line = LineFacets.Read(stream, json);
        return Holds(EventTypes, line.EventType) && Holds(EntityTypes, line.EntityType) && Holds(EntityIds, line.EntityId)
            && Holds(TaskIds, line.EntityType == "task" ? line.EntityId : null)
            && Holds(ChainIds, line.EntityType == "chain" ? line.EntityId : line.ChainId)
            && Holds(RequestIds, line.EntityType == "request" ? line.EntityId : line.RequestId)
            && (Since is null || line.At >= Since) && (Until is null || line.At < Until);
    }

    private static bool Holds(IReadOnlyList<string> wanted, string? value) => wanted.Count == 0 || (value is not null && wanted.Contains(value));
}
