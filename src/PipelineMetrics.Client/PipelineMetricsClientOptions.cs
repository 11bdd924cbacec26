namespace PipelineMetrics.Client;

/// <summary>Where a client sends its records, and what it does with them until they are there.</summary>
public sealed class PipelineMetricsClientOptions
{
    /// <summary>Smallest file of the spool, bytes.</summary>
    public const int MinSpoolFileBytes = 256 << 10;

    /// <summary>Largest file of the spool, bytes.</summary>
    public const int MaxSpoolFileBytes = 256 << 20;

    /// <summary>The address of the service.</summary>
    /// <value>Default <c>http://localhost:5080</c>; an absolute http or https address. A path in it is kept.</value>
    public Uri Address { get; set; } = new("http://localhost:5080");

    /// <summary>The key of this runner, sent as a bearer token.</summary>
    /// <value>Default null: none.</value>
    public string? ApiKey { get; set; }

    /// <summary>Whether anything is recorded. When false, tracking costs nothing and no file is opened.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether records are only logged (level Information), not sent. Nothing is spooled either.</summary>
    /// <value>Default false.</value>
    public bool DryRun { get; set; }

    /// <summary>How many records wait in memory when there is no spool; more are dropped.</summary>
    /// <value>Default 10,000, from 1 to 1,000,000.</value>
    public int QueueRecords { get; set; } = 10_000;

    /// <summary>How long a record may wait for others to share its request.</summary>
    /// <value>Default 1 s, from 0 to 1 minute.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one request may take.</summary>
    /// <value>Default 30 s, from 1 s to 10 minutes.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two attempts; a <c>Retry-After</c> of the service may ask for more.</summary>
    /// <value>Default 30 s, from 100 ms to 1 hour.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop goes on sending what is left.</summary>
    /// <value>Default 5 s, from 0 to 10 minutes.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A directory for records that are not sent yet, so that they survive this process. Any number of processes that send to the same
    /// service may share it; what one leaves behind, another sends. It belongs on a local disk.
    /// </summary>
    /// <value>Default null: no spool, records wait in memory.</value>
    public string? SpoolDirectory { get; set; }

    /// <summary>Room of this process in the spool, bytes; what does not fit is dropped. A record takes its JSON and 24 to 31 bytes.</summary>
    /// <value>Default 4 MiB, about 10,000 records; from 256 KiB to 256 MiB.</value>
    public int SpoolFileBytes { get; set; } = 4 << 20;

    /// <summary>Room of the whole spool, bytes: a process that finds more of others takes nothing until there is room.</summary>
    /// <value>Default 256 MiB; at least <see cref="SpoolFileBytes"/>.</value>
    public long SpoolDirectoryBytes { get; set; } = 256 << 20;

    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    internal void Check()
    {
        Require(Address is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(Address), Address, "an absolute http or https address");
        Require(ApiKey is null || IsToken(ApiKey), nameof(ApiKey), "(not shown)", "printable ASCII without spaces");
        Require(QueueRecords is >= 1 and <= 1_000_000, nameof(QueueRecords), QueueRecords, "1 to 1000000");
        Require(Within(FlushInterval, TimeSpan.Zero, TimeSpan.FromMinutes(1)), nameof(FlushInterval), FlushInterval, "0 to 1 minute");
        Require(Within(RequestTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), nameof(RequestTimeout), RequestTimeout, "1 s to 10 minutes");
        Require(Within(MaxRetryDelay, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), nameof(MaxRetryDelay), MaxRetryDelay, "100 ms to 1 hour");
        Require(Within(StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10)), nameof(StopTimeout), StopTimeout, "0 to 10 minutes");
        Require(SpoolDirectory is not "", nameof(SpoolDirectory), "\"\"", "a directory, or null for none");
        Require(SpoolFileBytes is >= MinSpoolFileBytes and <= MaxSpoolFileBytes, nameof(SpoolFileBytes), SpoolFileBytes, "256 KiB to 256 MiB");
        Require(SpoolDirectoryBytes >= SpoolFileBytes, nameof(SpoolDirectoryBytes), SpoolDirectoryBytes, $"at least {nameof(SpoolFileBytes)}");
    }

    private static bool IsToken(string key) => key.Length > 0 && key.All(c => c is > ' ' and < '\x7f');

    private static bool Within(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds) throw new ArgumentException($"{name} is {value ?? "null"}; it must be {rule}.", name);
    }
}
