namespace PipelineMetrics.Pipeline;

/// <summary>
/// What the heartbeats of the last 24 hours said, per runner and minute, in memory only. Beyond <see cref="MostMinutes"/> minutes of all
/// runners together the oldest go, so that many runners cost days, not memory.
/// </summary>
/// <remarks>Not safe for several threads; who owns it sees to that.</remarks>
internal sealed class UsageHistory(int mostMinutes = UsageHistory.MostMinutes)
{
    /// <summary>347 runners for 24 hours, or 10,000 for 50 minutes: some 50 MB.</summary>
    public const int MostMinutes = 500_000;

    private static readonly long KeptMinutes = (long)TimeSpan.FromHours(24).TotalMinutes;

    // In the order in which minutes began, whoever's they are: the oldest of all is the oldest of its runner.
    private readonly Queue<(RunnerUsage Owner, long Minute)> _begun = new();

    /// <summary>Adds a heartbeat to what a runner's usage tells.</summary>
    public void Add(RunnerUsage usage, Heartbeat heartbeat, DateTimeOffset now)
    {
        var minute = MinuteOf(now);
        if (usage.Begins(minute))
        {
            _begun.Enqueue((usage, minute));
            while (_begun.Count > mostMinutes || minute - _begun.Peek().Minute >= KeptMinutes) _begun.Dequeue().Owner.DropOldest();
        }
        usage.Add(heartbeat);
    }

    public static long MinuteOf(DateTimeOffset instant) => (long)Math.Floor((instant - DateTimeOffset.UnixEpoch).TotalMinutes);

    public static DateTimeOffset StartOf(long minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);
}

/// <summary>The minutes of one runner.</summary>
internal sealed class RunnerUsage
{
    private readonly Queue<Sums> _minutes = new();
    private Sums? _last;

    /// <summary>The minutes of a range, in the order in which they began.</summary>
    /// <param name="from">Minutes that end before or at this are left out.</param>
    /// <param name="before">Minutes that begin at this or later are left out.</param>
    public IReadOnlyList<UsageMinute> Between(DateTimeOffset from, DateTimeOffset before) =>
        [.. _minutes.Select(sums => sums.ToMinute()).Where(minute => minute.From.AddMinutes(1) > from && minute.From < before)];

    /// <summary>Whether a minute begins with what is added next.</summary>
    public bool Begins(long minute)
    {
        if (_last?.Minute == minute) return false;
        _last = new Sums(minute);
        _minutes.Enqueue(_last);
        return true;
    }

    public void Add(Heartbeat heartbeat) => _last!.Add(heartbeat);

    public void DropOldest() => _minutes.Dequeue();

    private sealed class Sums(long minute)
    {
        private UsageSum _cpu;
        private UsageSum _memory;
        private long _heartbeats;

        public long Minute => minute;

        public void Add(Heartbeat heartbeat)
        {
            _heartbeats++;
            _cpu.Add(heartbeat.CpuPercent);
            _memory.Add(heartbeat.MemoryBytes);
        }

        public UsageMinute ToMinute() => new(UsageHistory.StartOf(minute), _heartbeats, _cpu.Figures, _memory.Figures);
    }
}
