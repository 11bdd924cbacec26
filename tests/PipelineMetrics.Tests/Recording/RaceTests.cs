using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Recording;

/// <summary>What happens between two steps of the commit thread.</summary>
public sealed class RaceTests
{
    private const string Line =
        """{"task_id":"t","task_type":"unknown","model":"unknown","duration_seconds":5,"status":"completed","created_at":"2026-01-01T00:00:00Z","id":"x"}""";

    private readonly LogBench _log = new();

    [Fact]
    public async Task A_line_that_another_process_writes_just_before_ours_decides_about_ours()
    {
        var disk = new RacingDisk(_log.Disk);
        using var recorder = Start(disk);
        await recorder.RecordAsync(new CompletionDraft { TaskId = "first", DurationMs = 1, Status = CompletionStatus.Completed }, 1);
        disk.Between = () => _log.AppendForeign("metrics.jsonl", Line + "\n");

        var receipt = await recorder.RecordAsync(Draft(), 1).WaitAsync(TimeSpan.FromSeconds(10));

        receipt.Verdict.ShouldBe(Verdict.Duplicate);
        Total(recorder).ShouldBe(2);
        recorder.Dispose();
        using var again = Start(_log.Disk);
        Total(again).ShouldBe(2);
        again.LeftOut.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_was_taken_just_before_the_upkeep_died_hears_of_it()
    {
        using var recorder = Start(_log.Disk);
        _log.AppendForeign("metrics.jsonl", Line.Replace("\"x\"", "\"y\"", StringComparison.Ordinal) + "\n");
        _log.Disk.DiesAtCall = _log.Disk.Calls + 1;
        _log.Clock.Advance(TimeSpan.FromSeconds(2));

        var receipt = await recorder.RecordAsync(Draft(), 1).WaitAsync(TimeSpan.FromSeconds(10));

        receipt.Code.ShouldBe("log_stopped");
        recorder.Stopped.ShouldNotBeNull();
    }

    private static long Total(Recorder recorder) =>
        recorder.Completions.Answer(new MetricsQuery(TimeRange.Between(null, null)), DateTimeOffset.UnixEpoch).Overall.Total;

    private static CompletionDraft Draft()
    {
        CompletionDraft.TryRead(Encoding.UTF8.GetBytes(Line), new ReadingRules(null), out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        return draft;
    }

    private Recorder Start(IDisk disk)
    {
        var journal = Journal.Open(disk, _log.Options, _log.Clock, NullLogger.Instance);
        var recorder = new Recorder(journal, new RecorderOptions(), new PredictionOptions(), PriceTable.Embedded, _log.Clock, NullLogger<Recorder>.Instance);
        recorder.Start();
        return recorder;
    }
}
