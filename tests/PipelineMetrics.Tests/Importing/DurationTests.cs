using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Tests.Recording;
using static PipelineMetrics.Tests.Importing.ImportBench;

namespace PipelineMetrics.Tests.Importing;

/// <summary>The end of a task in another log says when it was, not how long the attempt took.</summary>
public sealed class DurationTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("10:00", null, "10:07", "420")]
    [InlineData("10:00", "10:05", "10:07", "120")]
    [InlineData("10:05", "10:00", "10:07", "120")]
    [InlineData("10:00", "11:00", "10:07", "420")]
    [InlineData("10:08", null, "10:07", null)]
    [InlineData("10:07", null, "10:07", "0")]
    public async Task It_is_the_time_since_the_last_start_before_the_end(string start, string? other, string end, string? seconds)
    {
        string[] starts = [.. new[] { start, other }.OfType<string>()];
        await _bench.ImportAsync([.. starts.Select(at => Adr("task:started", "t", At(at))), Adr("task:completed", "t", At(end))]);
        Durations().ShouldBe([seconds]);
    }

    [Fact]
    public async Task It_is_that_of_the_task_in_its_chain()
    {
        var other = Adr("task:started", "t", At("10:06")).Replace("\"chainId\":\"c\"", "\"chainId\":\"d\"", StringComparison.Ordinal);
        await _bench.ImportAsync(Adr("task:started", "t", At("10:00")), other, Adr("task:completed", "t", At("10:07")));
        Durations().ShouldBe(["420"]);
    }

    [Theory]
    [InlineData("2025-11-06T10:00:00Z", "2592000")]
    [InlineData("2025-11-06T09:59:59.999Z", null)]
    public async Task A_stretch_that_no_attempt_can_have_taken_is_unknown(string start, string? seconds)
    {
        await _bench.ImportAsync(Adr("task:started", "t", start), Adr("task:completed", "t", At("10:00")));
        Durations().ShouldBe([seconds]);
    }

    [Fact]
    public async Task Without_a_start_it_counts_in_rates_and_not_in_percentiles()
    {
        await _bench.ImportAsync(Adr("task:completed", "t", At("10:00")));
        (_bench.Figures.Completed, _bench.Figures.Duration.Count, _bench.Figures.P50).ShouldBe((1, 0, null));
    }

    [Fact]
    public async Task A_start_that_an_earlier_import_brought_is_known()
    {
        await _bench.ImportAsync(Adr("task:started", "t", At("10:00")));
        await _bench.ImportAsync(Adr("task:completed", "t", At("10:01")));
        Durations().ShouldBe(["60"]);
    }

    [Fact]
    public async Task Importing_it_again_when_more_starts_are_known_is_the_same_fact()
    {
        var end = Adr("task:completed", "t", At("10:07"), ""","id":"end" """);
        await _bench.ImportAsync(end);
        var again = await _bench.ImportAsync(Adr("task:started", "t", At("10:00")), end);
        (again.Imported, again.Duplicate, again.Rejected).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task A_task_stands_as_its_lines_leave_it_however_they_are_numbered()
    {
        await _bench.ImportAsync(
            Adr("task:started", "a", At("10:00")), Adr("task:completed", "a", At("10:01")),
            Adr("task:started", "b", At("10:00")), Adr("task:failed", "b", At("10:01")), Adr("task:started", "b", At("10:02")),
            Adr("task:completed", "d", At("10:01")), Adr("task:approved", "d", At("10:02")),
            Adr("task:completed", "e", At("10:01")), Adr("task:started", "e", At("10:02")));
        foreach (var _ in new[] { 1, 2 })
        {
            States().ShouldBe("a=Completed:1 b=Running:2 d=Pending:0 e=Running:1");
            _bench.Restart();
        }
    }

    [Fact]
    public async Task Ends_and_what_follows_them_take_no_commit_each()
    {
        var syncs = 0;
        var lines = Enumerable.Range(0, 300).SelectMany(i => new[]
        {
            Adr("task:started", $"t{i}", At("10:00")), Adr("task:completed", $"t{i}", At("10:01")), Adr("task:approved", $"t{i}", At("10:02")),
        });
        _bench.Disk.Watch = (operation, _, _) => syncs += operation == "sync" ? 1 : 0;
        await _bench.ImportAsync(lines);
        _bench.Disk.Watch = null;
        syncs.ShouldBeLessThan(10);
        _bench.Recorder.Tasks.CountByState()[TaskState.Completed].ShouldBe(300);
    }

    private static string At(string time) => $"2025-12-06T{time}:00Z";

    private string States() => string.Join(' ', new[] { "a", "b", "d", "e" }.Select(id => _bench.Recorder.Tasks.Find(new TaskKey("c", id))!).Select(t => $"{t.Key.TaskId}={t.State}:{t.Attempt}"));

    private IEnumerable<string?> Durations() => _bench.Lines().Select(l => System.Text.Json.Nodes.JsonNode.Parse(l)!["duration_seconds"]?.ToJsonString());
}
