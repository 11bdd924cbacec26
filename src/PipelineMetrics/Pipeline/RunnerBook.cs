using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// The runners: how they are, as the log has it, and what they said since, which only memory has. Beyond <see cref="MostRunners"/> the one
/// that was heard longest ago is forgotten.
/// </summary>
/// <remarks>Safe from any thread. The state of a runner changes by facts of the log alone, so it is the same after a restart.</remarks>
public sealed class RunnerBook
{
    /// <summary>How many runners are remembered: 10,000.</summary>
    public const int MostRunners = 10_000;

    private static readonly string[] Imported = ["import", "git-import"];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byLastHeard = new();
    private readonly UsageHistory _usage = new();

    /// <summary>How many runners are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyList<RunnerView> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _byLastHeard.Select(entry => entry.View!)];
            }
        }
    }

    /// <summary>The runner, or null when nothing was heard of it.</summary>
    public RunnerView? Find(string id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id)?.Value.View;
        }
    }

    /// <summary>What the heartbeats of a runner said, by the minute; null when nothing was heard of it.</summary>
    /// <param name="id">The runner.</param>
    /// <param name="from">The first instant that is in; minutes that reach into the range are in.</param>
    /// <param name="before">The first instant that is out again.</param>
    public IReadOnlyList<UsageMinute>? Usage(string id, DateTimeOffset from, DateTimeOffset before)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id)?.Value.Usage.Between(from, before);
        }
    }

    /// <summary>
    /// Applies a lifecycle event. Only <c>runner:started</c>, <c>runner:stopped</c> and <c>runner:error</c> change anything, and no
    /// imported one: that says how it was elsewhere.
    /// </summary>
    public void Apply(PipelineEvent fact)
    {
        if (RunnerStates.Told(fact) is not { } said || Imported.Contains(fact.Source)) return;
        lock (_lock)
        {
            // One that another service heard was received here later than it was said.
            var isHeartbeat = fact.Source == RunnerStates.HeartbeatSource && fact.ReceivedAt is null;
            // Who tells late what was before changes nothing. Heartbeats are logged as they come, whatever the clock does.
            if (!isHeartbeat && _byId.TryGetValue(fact.EntityId, out var known) && fact.Timestamp < known.Value.ToldAt) return;
            var entry = Heard(fact.EntityId);
            var view = entry.View;
            entry.ToldAt = fact.Timestamp;
            entry.View = new RunnerView(fact.EntityId, said, isHeartbeat || !(view?.LastSeen > fact.Timestamp) ? fact.Timestamp : view.LastSeen)
            {
                SendsHeartbeats = isHeartbeat || view?.SendsHeartbeats == true,
                Reason = fact.Reason,
            };
        }
    }

    /// <summary>Takes a heartbeat of a runner that the log has.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="now">When it came.</param>
    /// <returns>Whether that is all. False when the log has to be told first: the runner is new to it or its state is another.</returns>
    public bool Hear(Heartbeat heartbeat, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_byId.ContainsKey(heartbeat.Runner)) return false;
            var entry = Heard(heartbeat.Runner);
            entry.View = entry.View! with { LastSeen = now };
            if (!IsLogged(entry.View, heartbeat)) return false;
            entry.View = entry.View with { CpuPercent = heartbeat.CpuPercent, MemoryBytes = heartbeat.MemoryBytes, Reason = heartbeat.Reason };
            _usage.Add(entry.Usage, heartbeat, now);
            return true;
        }
    }

    /// <summary>Whether the log says of a runner what this heartbeat says.</summary>
    internal static bool IsLogged(RunnerView? runner, Heartbeat heartbeat) => runner is { SendsHeartbeats: true } && runner.Said == heartbeat.State;

    // Moves a runner behind all others, so that the first is the one that was heard longest ago.
    private Entry Heard(string id)
    {
        if (_byId.TryGetValue(id, out var node)) _byLastHeard.Remove(node);
        else node = _byId[id] = new LinkedListNode<Entry>(new Entry());
        _byLastHeard.AddLast(node);
        if (_byId.Count > MostRunners) Forget(_byLastHeard.First!);
        return node.Value;
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byLastHeard.Remove(node);
        _byId.Remove(node.Value.View!.Id);
    }

    private sealed class Entry
    {
        /// <summary>Null only until the first fact about the runner is applied.</summary>
        public RunnerView? View { get; set; }

        /// <summary>The time of the fact that told its state.</summary>
        public DateTimeOffset ToldAt { get; set; }

        public RunnerUsage Usage { get; } = new();
    }
}
