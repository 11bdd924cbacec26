using System.Text.Json.Nodes;
using PipelineMetrics.Tests.Recording;
using static PipelineMetrics.Tests.Importing.ImportBench;

namespace PipelineMetrics.Tests.Importing;

public sealed class Adr009Tests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_event_keeps_all_it_says_whatever_the_order_of_its_names()
    {
        await _bench.ImportAsync(
            """{"timestamp":"2025-12-06T01:18:46+01:00","id":"e1","tokens":{"output":2,"input":1},"metadata":{"a":1.0},"requestId":"--request","role":"dev","""
            + """ "model":"m1","chainId":"CHAIN-1-x","entityId":"001-x","entityType":"task","taskType":"impl","eventType":"task:submitted"}""");
        var line = _bench.Single("events.jsonl");
        line.Remove("seq");
        line.Remove("crc");
        line.Remove("received_at").ShouldBeTrue("it happened long before it came here");
        JsonNode.DeepEquals(line, JsonNode.Parse(
            """
            {"id":"e1","timestamp":"2025-12-06T00:18:46.000Z","event_type":"task:submitted","entity_type":"task","entity_id":"001-x","chain_id":"CHAIN-1-x",
             "request_id":"--request","agent":{"model":"m1","role":"dev","tokens":{"input":1,"output":2}},"task_type":"impl","source":"import","metadata":{"a":1.0}}
            """)).ShouldBeTrue(line.ToJsonString());
    }

    [Theory]
    [InlineData(""","agent":{"model":"m","role":"r","tokens":{"input":1,"output":2}}""")]
    [InlineData(""","model":"m","role":"r","tokens":{"input":1,"output":2}""")]
    [InlineData(""","agent":{"model":"m","tokens":{"input":1}},"role":"r","tokens":{"input":1,"output":2}""")]
    public async Task The_end_of_a_task_is_a_completion_of_its_agent(string agent)
    {
        var report = await _bench.ImportAsync(Adr("task:failed", "t", "2025-12-06T00:00:00Z", agent + ""","id":"x","requestId":"r1" """));
        (report.Imported, report.Completions).ShouldBe((1, 1));
        var line = _bench.Single("metrics.jsonl");
        string.Join(' ', line.Where(m => m.Key is not ("seq" or "crc" or "received_at")).Select(m => $"{m.Key}={m.Value}")).ShouldBe(
            "task_id=t task_type=unknown model=m status=failed created_at=2025-12-06T00:00:00.000Z id=x chain_id=c request_id=r1 role=r "
            + "actual_input_tokens=1 actual_output_tokens=2 source=import");
    }

    [Fact]
    public async Task Tokens_without_a_cost_stay_without_one()
    {
        await _bench.ImportAsync(Adr("task:completed", "t", "2025-12-06T00:00:00Z", ""","model":"claude-sonnet-4-5","tokens":{"input":1000000,"output":1000000}"""));
        _bench.Single("metrics.jsonl").ContainsKey("actual_cost_usd_micros").ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "import", false)]
    [InlineData(""","source":"cli" """, "cli", false)]
    [InlineData(""","source":"git-import" """, "git-import", true)]
    [InlineData(""","metadata":{"source":"git-import"}""", "git-import", true)]
    [InlineData(""","metadata":{"importedFromGit":true}""", "git-import", true)]
    [InlineData(""","metadata":{"importedFromGit":"yes","source":"github"}""", "import", false)]
    public async Task The_source_is_kept_as_it_is_found_and_what_files_tell_is_a_guess(string more, string source, bool isInferred)
    {
        await _bench.ImportAsync(Adr("task:completed", "t", "2025-12-06T00:00:00Z", more), Adr("task:started", "u", "2025-12-06T00:00:00Z", more));
        _bench.Single("events.jsonl")["source"]!.GetValue<string>().ShouldBe(source);
        var line = _bench.Single("metrics.jsonl");
        (line["source"]!.GetValue<string>(), line["outcome_inferred"]?.GetValue<bool>() ?? false).ShouldBe((source, isInferred));
    }

    [Fact]
    public async Task What_nobody_knows_is_kept_in_the_metadata_and_counted_in_a_warning()
    {
        var report = await _bench.ImportAsync(
            Adr("quality:checked", "t", "2025-12-06T00:00:00Z", ""","version":2,"metadata":{"a":1},"agent":{"vendor":"v","tokens":{"cached":3}}"""),
            Adr("task:completed", "t", "2025-12-06T00:00:00Z", ""","version":3"""));
        report.Imported.ShouldBe(2);
        var line = _bench.Single("events.jsonl");
        line["event_type"]!.GetValue<string>().ShouldBe("quality:checked");
        line["metadata"]!.ToJsonString().ShouldBe("""{"a":1,"version":2,"agent.tokens.cached":3,"agent.vendor":"v"}""");
        _bench.Single("metrics.jsonl")["metadata"]!.ToJsonString().ShouldBe("""{"version":3}""");
        report.Warnings.Single(w => w.Warning.Contains("'version'")).Lines.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"eventType":"task:started","entityId":"t"}""", "invalid_event", "timestamp")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00"}""", "wrong_type", "timestamp")]
    [InlineData("""{"eventType":"task:started","timestamp":"2025-12-06T00:00:00Z"}""", "invalid_event", "entityId")]
    [InlineData("""{"eventType":"task:started","entityId":"","timestamp":"2025-12-06T00:00:00Z"}""", "invalid_event", "entityId")]
    [InlineData("""{"eventType":"started","entityId":"t","timestamp":"2025-12-06T00:00:00Z"}""", "invalid_event", "event_type")]
    [InlineData("""{"eventType":"task:completed","entityType":"chain","entityId":"t","timestamp":"2025-12-06T00:00:00Z"}""", "invalid_event", "entityType")]
    [InlineData("""{"eventType":"task:completed","entityId":"t","timestamp":"2099-01-01T00:00:00Z"}""", "invalid_completion", "created_at")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2099-01-01T00:00:00Z"}""", "invalid_event", "timestamp")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","tokens":{"input":-1}}""", "invalid_event", "tokens")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","tokens":5}""", "wrong_type", "tokens")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","agent":{"model":5}}""", "wrong_type", "agent")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","model":"a","agent":{"model":"b"}}""", "invalid_event", "model")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","eventtype":"x"}""", "unknown_field", "eventtype")]
    [InlineData("""{"eventType":"task:started","entityId":"t","timestamp":"2025-12-06T00:00:00Z","eventType":"x:y"}""", "duplicate_field", "eventType")]
    [InlineData("""{"eventType":"task:sta""", "invalid_json", "JSON")]
    public async Task A_line_that_cannot_be_taken_is_named_and_the_others_are_taken(string line, string code, string named)
    {
        var report = await _bench.ImportAsync(Adr("chain:created", "c", "2025-12-06T00:00:00Z"), line, Adr("chain:approved", "c", "2025-12-06T00:00:00Z"));
        (report.Read, report.Imported, report.Rejected).ShouldBe((3, 2, 1));
        var rejected = report.RejectedLines.ShouldHaveSingleItem();
        (rejected.Line, rejected.Code).ShouldBe((2, code), rejected.Reason);
        rejected.Reason.ShouldContain(named);
    }
}
