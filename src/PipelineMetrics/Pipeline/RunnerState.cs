using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>How a runner is.</summary>
public enum RunnerState
{
    /// <summary>It said that it runs, and not too long ago.</summary>
    Running,

    /// <summary>It said that it stopped.</summary>
    Stopped,

    /// <summary>It said that it cannot work.</summary>
    Error,

    /// <summary>It said that it runs, and nothing has been heard of it for too long.</summary>
    Silent,
}

/// <summary>The words for the states in JSON, and the events that tell them.</summary>
public static class RunnerStates
{
    /// <summary>The source of events that came of heartbeats.</summary>
    public const string HeartbeatSource = "heartbeat";

    private static readonly string[] Words = ["running", "stopped", "error", "silent"];
    private static readonly string[] Events = ["runner:started", "runner:stopped", "runner:error"];

    /// <summary>What a runner can say of itself.</summary>
    internal static WordList<RunnerState> Said { get; } =
        new(("running", RunnerState.Running), ("stopped", RunnerState.Stopped), ("error", RunnerState.Error));

    /// <summary>The word for a state.</summary>
    public static string Word(RunnerState state) => Words[(int)state];

    /// <summary>The type of the event that tells a state that a runner can say.</summary>
    internal static string EventType(RunnerState said) => Events[(int)said];

    /// <summary>The state that an event tells; null for an event of another type.</summary>
    internal static RunnerState? Told(PipelineEvent fact)
    {
        var index = fact.EntityType == "runner" ? Array.IndexOf(Events, fact.EventType) : -1;
        return index < 0 ? null : (RunnerState)index;
    }
}
