using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>What a runner says of itself every now and then. What exists has passed every rule.</summary>
public sealed record Heartbeat
{
    private static readonly TextField<Draft> Id = new("runner", 200, d => d.Runner, (d, v) => d.Runner = v, required: true);

    private static readonly FactReader<Draft> Reader = new(
        new WordField<Draft, RunnerState>("status", RunnerStates.Said, d => d.State, (d, v) => d.State = v),
        new DecimalField<Draft>("cpu_percent", 0, 100_000, d => d.CpuPercent, (d, v) => d.CpuPercent = v),
        new CountField<Draft>("memory_bytes", 0, long.MaxValue, d => d.MemoryBytes, (d, v) => d.MemoryBytes = v),
        new TextField<Draft>("reason", 2000, d => d.Reason, (d, v) => d.Reason = v));

    private Heartbeat(Draft said, IReadOnlyList<string> warnings)
    {
        (Runner, State) = (said.Runner!, said.State ?? RunnerState.Running);
        (CpuPercent, MemoryBytes, Reason, Warnings) = (said.CpuPercent, said.MemoryBytes, said.Reason, warnings);
    }

    /// <summary>Who says it.</summary>
    public string Runner { get; }

    /// <summary>Running, stopped or error.</summary>
    public RunnerState State { get; }

    /// <summary>Processor use, per cent of one core: 0 to 100,000.</summary>
    public decimal? CpuPercent { get; }

    /// <summary>Memory in use, bytes.</summary>
    public long? MemoryBytes { get; }

    /// <summary>Why it stopped or cannot work.</summary>
    public string? Reason { get; }

    /// <summary>Fields nobody knows, which were passed over.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads what a runner sent.</summary>
    /// <param name="runner">Who it is.</param>
    /// <param name="json">One JSON object in UTF-8, or nothing: then it runs.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="heartbeat">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    public static bool TryRead(string runner, ReadOnlySpan<byte> json, ReadingRules rules, out Heartbeat heartbeat, out Rejection? rejection)
    {
        heartbeat = null!;
        var said = new Draft { Runner = runner };
        var reading = new FactReading();
        rejection = json.IsEmpty ? null : Reader.Read(json, rules.MaxDepth, said, reading);
        if (rejection is not null) return false;
        if (Id.Settle(said) is { } wrong) reading.Problems.Insert(0, wrong);
        if (rules.RefuseUnknownFields) UnknownFields.Keep(null, reading, refuse: true);
        if (reading.Problems.Count > 0) rejection = Rejection.Invalid("invalid_heartbeat", reading.Problems);
        else heartbeat = new Heartbeat(said, UnknownFields.Warnings(reading));
        return rejection is null;
    }

    /// <summary>The change of state as the log keeps it.</summary>
    internal EventDraft ToEvent() => new()
    {
        EventType = RunnerStates.EventType(State),
        EntityType = "runner",
        EntityId = Runner,
        Reason = Reason,
        Source = RunnerStates.HeartbeatSource,
    };

    private sealed class Draft
    {
        public string? Runner { get; set; }

        public RunnerState? State { get; set; }

        public decimal? CpuPercent { get; set; }

        public long? MemoryBytes { get; set; }

        public string? Reason { get; set; }
    }
}
