using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Recording;

/// <summary>A recorder on a disk in memory, which can be restarted and whose machine can die.</summary>
internal sealed class RecorderBench : IDisposable
{
    public const int QueueBytes = 1 << 20;

    private readonly LogBench _log;

    public RecorderBench(Action<LogOptions>? configure = null, ManualClock? clock = null)
    {
        _log = new LogBench { Clock = clock ?? new ManualClock() };
        configure?.Invoke(_log.Options);
        Recorder = Open();
    }

    public SimDisk Disk => _log.Disk;

    public ManualClock Clock => _log.Clock;

    public Recorder Recorder { get; private set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>All figures, as a comparable text.</summary>
    public GroupFigures Figures => Answer().Overall;

    public MetricsResult Answer() => Recorder.Completions.Answer(
        new MetricsQuery(TimeRange.Between(null, null)) { Detail = true, GroupBy = Dimensions.All }, Now);

    public string[] Lines(string name = "metrics.jsonl") =>
        _log.Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines of all files of a stream, oldest first; read from the disk, not by way of the log.</summary>
    public IEnumerable<string> StoredLines(string stream) => Disk.Names.Select(n => Path.GetFileName(n))
        .Where(n => n.StartsWith(stream, StringComparison.Ordinal) && n.EndsWith(".jsonl", StringComparison.Ordinal))
        .OrderBy(n => n == $"{stream}.jsonl").ThenBy(n => n, StringComparer.Ordinal).SelectMany(Lines);

    public void AppendForeign(string name, string text) => _log.AppendForeign(name, text);

    public void Restart()
    {
        Recorder.Dispose();
        Recorder = Open();
    }

    /// <summary>As after a power cut: the old recorder is forgotten, and what was not synced is gone.</summary>
    public void Crash()
    {
        Disk.Crash();
        Recorder = Open();
    }

    /// <summary>Lets everything leave that was recorded before a time; without one, all that may.</summary>
    public Task<CompactionReport?> Compact(DateTimeOffset? before = null, bool seal = true, bool dryRun = false) =>
        Compactor().RunAsync(new CompactionRequest(before ?? Now.AddYears(1), seal, dryRun));

    public Compactor Compactor() => new(Recorder, new RetryOptions { MaxAttempts = 2 }, Clock, NullLogger<Compactor>.Instance);

    /// <summary>A service on another disk that was only ever given the files that are in this log.</summary>
    public RecorderBench WithKeptFilesOnly()
    {
        var other = new RecorderBench(options => options.SegmentBytes = _log.Options.SegmentBytes, Clock);
        other.Recorder.Dispose();
        foreach (var name in Disk.Names.Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal))) other.Disk.Put(name, Disk.Read(name));
        other.Disk.Remove("/log/journal.json");
        other.Recorder = other.Open();
        return other;
    }

    public Task<Receipt> Post(string json) => Recorder.RecordAsync(Posted(json));

    public Task<IReadOnlyList<Receipt>> PostAll(params string[] bodies) => Recorder.RecordAsync([.. bodies.Select(Posted)]);

    public async Task<Receipt> Tell(string json) => (await TellAll(json))[0];

    public Task<IReadOnlyList<Receipt>> TellAll(params string[] bodies) => Recorder.RecordAsync([.. bodies.Select(Told)]);

    public Task<Receipt> Register(string json)
    {
        EventDraft.TryReadTask(Encoding.UTF8.GetBytes(json), Recorder.Arriving(false), out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        return Recorder.RegisterTaskAsync(draft, json.Length);
    }

    public Task<Receipt> Patch(string taskId, TaskState? state, string? runner = null, string report = "{}")
    {
        CompletionDraft.TryReadChange(Encoding.UTF8.GetBytes(report), Recorder.Arriving(false), out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        return Recorder.ChangeTaskAsync(new TaskKey(null, taskId), new TaskChange(state, runner, null, draft), report.Length);
    }

    /// <summary>A body of a completed attempt with the given members added.</summary>
    public static string Body(string taskId, string more = "") => $$"""{"task_id":"{{taskId}}","duration_seconds":5,"status":"completed"{{more}}}""";

    public void Dispose() => Recorder.Dispose();

    private PostedCompletion Posted(string json)
    {
        PostedCompletion.TryRead(Encoding.UTF8.GetBytes(json), Recorder.Arriving(false), out var posted, out var rejection).ShouldBeTrue(rejection?.Reason);
        return posted;
    }

    private PostedEvent Told(string json)
    {
        PostedEvent.TryRead(Encoding.UTF8.GetBytes(json), Recorder.Arriving(false), out var told, out var rejection).ShouldBeTrue(rejection?.Reason);
        return told;
    }

    private Recorder Open()
    {
        var journal = Journal.Open(Disk, _log.Options, Clock, NullLogger.Instance);
        var recorder = new Recorder(journal, new RecorderOptions { QueueBytes = QueueBytes }, new PredictionOptions(), PriceTable.Embedded, Clock, NullLogger<Recorder>.Instance);
        recorder.Start();
        return recorder;
    }
}
