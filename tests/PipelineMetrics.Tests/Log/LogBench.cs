using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>A line as a test remembers it.</summary>
internal sealed record Line(LogStream Stream, long Seq, LinePlace Place, string Json, bool IsVerified)
{
    /// <summary>The caller's part: the object without number and checksum.</summary>
    public string Body => IsVerified ? Json[..Json.LastIndexOf(",\"seq\":", StringComparison.Ordinal)] + "}" : Json;
}

/// <summary>Opens journals on one directory of a <see cref="SimDisk"/> and keeps what they hand over.</summary>
internal sealed class LogBench
{
    public const string Directory = "/log";

    public SimDisk Disk { get; init; } = new();

    public LogOptions Options { get; } = new() { Directory = Directory };

    public ManualClock Clock { get; init; } = new();

    /// <summary>What the last open, and everything followed since, handed over.</summary>
    public List<Line> Lines { get; } = [];

    public IEnumerable<string> Bodies => Lines.Select(line => line.Body);

    public static string PathOf(string name) => $"{Directory}/{name}";

    public Journal Open()
    {
        Lines.Clear();
        var journal = Journal.Open(Disk, Options, Clock, NullLogger.Instance);
        try
        {
            journal.Replay(Take);
            return journal;
        }
        catch
        {
            // Whatever is wrong, a start that was refused leaves the directory to the next one.
            journal.Dispose();
            throw;
        }
    }

    /// <summary>As after a crash of the machine: the old journal is forgotten, not disposed.</summary>
    public Journal Reopen(Random? random = null)
    {
        Disk.Crash(random);
        return Open();
    }

    public void Take(in StoredLine line) =>
        Lines.Add(new Line(line.Stream, line.Seq, line.Place, Encoding.UTF8.GetString(line.Json), line.IsVerified));

    public string Text(string name) => Encoding.UTF8.GetString(Disk.Read(PathOf(name)));

    /// <summary>What another process appends with one write.</summary>
    public void AppendForeign(string name, string text) =>
        Disk.Tamper(PathOf(name), content => [.. content, .. Encoding.UTF8.GetBytes(text)]);

    public static PendingLine Completion(string text) => new(LogStream.Completions, Encoding.UTF8.GetBytes($"{{\"c\":\"{text}\"}}"));

    public static PendingLine Event(string text) => new(LogStream.Events, Encoding.UTF8.GetBytes($"{{\"e\":\"{text}\"}}"));
}

/// <summary>Time that moves only when told.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(TimeSpan by) => _now += by;
}
