using System.Text;
using System.Text.Json;
using PipelineMetrics.Harnesses;
using static PipelineMetrics.Tests.Harnesses.HarnessBench;

namespace PipelineMetrics.Tests.Harnesses;

/// <summary>A session that is resumed says totals which contain its earlier runs; each run counts once.</summary>
public sealed class SessionTotalsTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"totals-{Guid.NewGuid():n}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_resumed_session_counts_what_it_added()
    {
        Run("s", ("big", 10, 100, 0.5m)).ShouldBe("10 100 500000 big");
        Run("s", ("big", 30, 300, 0.7m), ("small", 5, 250, 0.1m)).ShouldBe("25 450 300000 small");
        Run("s", ("big", 30, 300, 0.7m), ("small", 6, 250, 0.1m)).ShouldBe("1 0 0 big");
    }

    [Fact]
    public void A_session_that_counts_anew_is_taken_as_it_is()
    {
        Run("s", ("big", 10, 100, 0.5m));
        Run("s", ("big", 9, 100, 0.6m)).ShouldBe("9 100 600000 big");
        Run("s", ("other", 20, 200, 0.9m)).ShouldBe("20 200 900000 other");
        Run("s", ("other", 21, 210, 1m)).ShouldBe("1 10 100000 other");
    }

    [Fact]
    public void Another_session_knows_nothing_of_it()
    {
        Run("s", ("big", 10, 100, 0.5m));
        Run("../s\n", ("big", 30, 300, 0.7m)).ShouldBe("30 300 700000 big");
        Directory.GetFiles(_directory).Length.ShouldBe(2);
        Directory.GetFiles(_directory, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public void The_same_result_told_again_is_not_a_resumed_session()
    {
        var totals = new SessionTotals(_directory);
        foreach (var _ in (int[])[1, 2, 3]) totals.TakeDifference(Report("claude", Sample("claude-json.txt"))).Tokens!.Value.Input.ShouldBe(18);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"session_id":"s","models":[null]}""")]
    [InlineData("""{"session_id":"s","models":[{"tokens":{}}],"cost_usd_micros":5}""")]
    public void A_file_that_is_not_ours_any_more_is_written_anew(string content)
    {
        Run("s", ("big", 10, 100, 0.5m));
        File.WriteAllText(Directory.GetFiles(_directory).ShouldHaveSingleItem(), content);
        Run("s", ("big", 30, 300, 0.7m)).ShouldBe("30 300 700000 big");
        Run("s", ("big", 31, 301, 0.7m)).ShouldBe("1 1 0 big");
    }

    [Fact]
    public void What_counts_each_run_by_itself_leaves_nothing_behind()
    {
        foreach (var _ in (int[])[1, 2]) new SessionTotals(_directory).TakeDifference(Report("codex", Sample("codex.txt"))).Tokens!.Value.Input.ShouldBe(4183);
        Directory.Exists(_directory).ShouldBeFalse();
    }

    // A new object each time, as each run is a process of its own.
    private string Run(string session, params (string Model, int Input, int Output, decimal Cost)[] models)
    {
        var usage = string.Join(',', models.Select(m => $"\"{m.Model}\":{{\"inputTokens\":{m.Input},\"outputTokens\":{m.Output}}}"));
        var json = $$$"""{"type":"result","subtype":"success","session_id":{{{JsonSerializer.Serialize(session)}}},"total_cost_usd":{{{models.Sum(m => m.Cost)}}},"modelUsage":{ {{{usage}}} }}""";
        var report = new SessionTotals(_directory).TakeDifference(Report("claude", Encoding.UTF8.GetBytes(json)));
        return $"{report.Tokens!.Value.Input} {report.Tokens.Value.Output} {report.CostUsdMicros} {report.Model}";
    }
}
