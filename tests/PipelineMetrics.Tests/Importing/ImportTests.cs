using PipelineMetrics.Aggregation;
using PipelineMetrics.Importing;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Recording;
using static PipelineMetrics.Tests.Importing.ImportBench;

namespace PipelineMetrics.Tests.Importing;

public sealed class ImportTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_format_is_found_line_by_line()
    {
        var report = await _bench.ImportAsync(
            Adr("task:started", "a", "2025-12-06T00:00:00Z"), Spec("b"), """{"event_type":"chain:created","entity_id":"c","timestamp":"2025-12-06T00:00:00Z"}""",
            Spec("d", ""","seq":7,"crc":"00000000" """), "{\"what\":1}", "\uFEFF" + Spec("e"));
        (report.Imported, report.Completions, report.Rejected).ShouldBe((5, 3, 1));
        (report.RejectedLines[0].Line, report.RejectedLines[0].Code).ShouldBe((5, "unknown_format"));
        _bench.Lines().Count(line => line.Contains("\"source\":\"import\"")).ShouldBe(2, "our own line keeps its source, which is not written");
    }

    [Theory]
    [InlineData(ImportFormat.Adr009, 1)]
    [InlineData(ImportFormat.Spec026, 2)]
    [InlineData(ImportFormat.Native, 3)]
    public async Task A_format_that_is_said_takes_no_other(ImportFormat format, int line)
    {
        string[] lines = [Adr("task:started", "a", "2025-12-06T00:00:00Z"), Spec("b"), """{"event_type":"chain:created","entity_id":"c","timestamp":"2025-12-06T00:00:00Z"}"""];
        var report = await _bench.ImportAsync(lines, format);
        // A record of spec 026 is a line of ours, too.
        report.RejectedLines.Select(l => l.Line).ShouldBe(format == ImportFormat.Native ? [1L] : [.. new[] { 1L, 2, 3 }.Where(n => n != line)]);
    }

    [Theory]
    [InlineData("""{"task_id":"a","duration_seconds":5,"status":"completed","created_at":"2025-12-01T10:00:00"}""", "wrong_type")]
    [InlineData("""{"task_id":"a","duration_seconds":5,"status":"completed","created_at":"2025-12-01T10:""", "invalid_json")]
    [InlineData("""["a",5]""", "invalid_json")]
    [InlineData("""{"task_id":"a","duration_seconds":5,"status":"completed"}""", "invalid_completion")]
    [InlineData("""{"task_id":"a","status":"completed","created_at":"2025-12-01T10:00:00Z"}""", "invalid_completion")]
    [InlineData("""{"task_id":"a","duration_seconds":5,"status":"running","created_at":"2025-12-01T10:00:00Z"}""", "invalid_completion")]
    public async Task A_bad_record_of_spec_026_spoils_nothing_but_itself(string line, string code)
    {
        var report = await _bench.ImportAsync(Spec("a"), line, Spec("b"));
        (report.Imported, report.RejectedLines.ShouldHaveSingleItem().Code).ShouldBe((2, code));
    }

    [Fact]
    public async Task The_names_of_an_enumeration_are_repaired_and_counted()
    {
        string[] lines = [.. new[] { "TaskType.SPEC", "TaskType.SPEC", "TaskType.CODE_REVIEW", "TaskType.", "Other.SPEC" }.Select((t, i) => Spec($"t{i}").Replace("\"spec\"", $"\"{t}\""))];
        var report = await _bench.ImportAsync(lines);
        _bench.Answer().Groups[Dimension.TaskType].Groups.Select(g => g.Key).ShouldBe(["Other.SPEC", "TaskType.", "code_review", "spec"]);
        report.Warnings.Select(w => w.Lines).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Nothing_that_is_registered_refuses_a_fact()
    {
        await _bench.Register("""{"task_id":"t","chain_id":"c","direction":"d"}""");
        await _bench.Tell("""{"event_type":"task:completed","entity_id":"t","chain_id":"c"}""");
        var report = await _bench.ImportAsync(
            Adr("task:completed", "t", "2025-12-06T00:00:00Z"), Adr("task:failed", "t", "2025-12-06T00:00:01Z"), Adr("task:started", "t", "2025-12-06T00:00:02Z"));
        (report.Imported, _bench.Figures.Completed, _bench.Figures.Failed).ShouldBe((3, 2, 1));
        _bench.Recorder.Tasks.Find(new("c", "t"))!.State.ShouldBe(TaskState.Running);
    }

    [Fact]
    public async Task An_estimate_is_not_taken_for_what_was_registered()
    {
        await _bench.Register("""{"task_id":"t","chain_id":"c","direction":"d","model":"m","estimated_input_tokens":5}""");
        await _bench.ImportAsync(Adr("task:completed", "t", "2025-12-06T00:00:00Z"));
        var line = _bench.Single("metrics.jsonl");
        (line["model"]!.GetValue<string>(), line.ContainsKey("estimated_input_tokens")).ShouldBe(("unknown", false));
    }

    [Fact]
    public async Task A_thousand_bad_lines_are_named_and_all_are_counted()
    {
        var report = await _bench.ImportAsync(Enumerable.Range(0, 2500).Select(i => i % 2 == 0 ? "nonsense" : Spec($"t{i}")));
        (report.Read, report.Imported, report.Rejected, report.RejectedLines.Count).ShouldBe((2500, 1250, 1250, 1000));
        report.RejectedLines.Select(l => l.Line).ShouldBe(Enumerable.Range(0, 1000).Select(i => (2L * i) + 1));
    }

    [Fact]
    public async Task Warnings_are_bounded_however_many_there_are()
    {
        var report = await _bench.ImportAsync(Enumerable.Range(0, 500).Select(i => Spec($"t{i}", $",\"x{i % 50}\":1")));
        (report.Imported, report.Warnings.Count, report.Warnings.Sum(w => w.Lines)).ShouldBe((500, ImportTally.MostWarnings, 200));
    }

    [Fact]
    public async Task A_part_is_durable_before_the_next_is_recorded()
    {
        var largest = 0;
        _bench.Disk.Watch = (operation, _, _) =>
        {
            if (operation == "sync") largest = Math.Max(largest, _bench.Lines().Length - (int)_bench.Recorder.History.LastSeq);
        };
        await _bench.ImportAsync(Enumerable.Range(0, 5000).Select(i => Spec($"t{i}")));
        _bench.Disk.Watch = null;
        largest.ShouldBe(1000);
    }

    [Fact]
    public async Task A_full_disk_ends_an_import_that_has_kept_what_it_counts()
    {
        _bench.Disk.Fault = (_, call) => call == "write" && _bench.Lines().Length >= 2000 ? new DiskException(DiskFault.Full, call, "", "no room") : null;
        await using var importer = new Importer(_bench.Recorder, ImportFormat.Detect, isDryRun: false);
        for (var i = 1; i <= 10_000 && importer.Failure is null; i++)
        {
            importer.Add(i, System.Text.Encoding.UTF8.GetBytes(Spec($"t{i}")));
            if (importer.IsFull) await importer.SendAsync();
        }
        await importer.FinishAsync();
        _bench.Disk.Fault = null;
        (importer.Failure!.Verdict, importer.Report.Imported, _bench.Lines().Length).ShouldBe((Verdict.DiskFull, 2000, 2000));
        var again = await _bench.ImportAsync(Enumerable.Range(1, 10_000).Select(i => Spec($"t{i}")));
        (again.Duplicate, again.Imported).ShouldBe((2000, 8000));
    }

    [Fact]
    public async Task Imports_at_the_same_time_add_each_line_once()
    {
        string[] lines = [.. Enumerable.Range(0, 3000).Select(i => Spec($"t{i}")), .. Enumerable.Range(0, 500).Select(i => Adr("task:started", $"s{i}", "2025-12-06T00:00:00Z"))];
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _bench.ImportAsync(lines.AsEnumerable()))));
        (reports.Sum(r => r.Imported), reports.Sum(r => r.Duplicate), reports.Sum(r => r.Rejected)).ShouldBe((3500, 10_500, 0));
        (_bench.Figures.Total, _bench.Recorder.Tasks.Count).ShouldBe((3000, 500));
    }
}
