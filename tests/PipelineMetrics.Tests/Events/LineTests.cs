using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class LineTests
{
    private static readonly string[] DocumentedOrder =
    [
        "task_id", "task_type", "model", "duration_seconds", "status", "created_at", "id", "received_at", "outcome", "chain_id", "request_id",
        "runner", "role", "executor", "provider", "harness", "language", "complexity", "repo_size_category", "prompt_variant", "skill_version",
        "started_at", "queue_wait_seconds", "retry_count", "actual_input_tokens", "actual_output_tokens", "cache_read_tokens",
        "cache_write_tokens", "estimated_input_tokens", "estimated_output_tokens", "actual_cost_usd_micros", "estimated_cost_usd_micros",
        "quality_gate_passed", "quality_gates_run", "quality_gates_failed", "context_compactions", "context_rotations",
        "context_utilization_final", "cpu_seconds", "peak_memory_bytes", "error", "session_id", "turns", "tool_calls", "tool_errors",
        "reasoning_tokens", "cost_source", "source", "outcome_inferred", "revises", "revision", "metadata",
    ];

    [Fact]
    public void A_line_holds_the_six_fields_of_spec_026_and_nothing_that_is_absent() =>
        Given.Line(Given.Completion(Given.Body())).ShouldBe(
            """{"task_id":"001-setup","task_type":"spec","model":"cursor/auto","duration_seconds":45,"status":"completed","created_at":"2026-01-31T12:00:00.000Z"}""");

    [Fact]
    public void Fields_stand_in_the_documented_order_whatever_order_they_came_in()
    {
        var draft = RandomDrafts.Completion(new Random(7), everyField: true);
        Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        using var line = JsonDocument.Parse(Given.Line(completion));
        line.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(DocumentedOrder);
        var backwards = "{" + string.Join(",", line.RootElement.EnumerateObject().Reverse().Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}")) + "}";
        Given.Line(Given.FromLine(backwards)).ShouldBe(Given.Line(completion));
    }

    [Theory]
    [InlineData("45", "45"), InlineData("45.000", "45"), InlineData("0.25", "0.25"), InlineData("1.5e1", "15"), InlineData("0.1", "0.1")]
    [InlineData("0.001", "0.001"), InlineData("120.50", "120.5"), InlineData("0", "0"), InlineData("-0.0", "0")]
    [InlineData("2592000", "2592000")]
    public void A_duration_is_written_without_trailing_zeros(string sent, string written) =>
        Given.Line(Given.Completion(Given.Body("duration_seconds", sent))).ShouldContain($"\"duration_seconds\":{written},\"status\"");

    [Theory]
    [InlineData("-0.0", "0"), InlineData("1e-400", "0"), InlineData("0.5", "0.5"), InlineData("1", "1")]
    public void A_share_is_written_as_a_plain_number(string sent, string written) =>
        Given.Line(Given.Completion(Given.Body("context_utilization_final", sent))).ShouldEndWith($"\"context_utilization_final\":{written}}}");

    [Theory, InlineData("9007199254740993"), InlineData("9223372036854775807"), InlineData("0")]
    public void Token_counts_are_exact(string tokens) =>
        Given.Line(Given.Stored(Given.Body("actual_input_tokens", tokens))).ShouldContain($"\"actual_input_tokens\":{tokens}");

    [Theory, InlineData("1.5"), InlineData("9223372036854775808"), InlineData("1e2"), InlineData("1e400"), InlineData("1.0")]
    public void Token_counts_that_are_not_written_as_whole_numbers_are_refused(string tokens) =>
        Given.Refusal(Given.Body("actual_input_tokens", tokens)).Kind.ShouldBe(RejectionKind.Invalid);

    [Theory]
    [InlineData("\\n"), InlineData("\\r\\n"), InlineData("\u2028"), InlineData("\u2029"), InlineData("\u0085"), InlineData("\\f")]
    [InlineData("\\u0001")]
    [InlineData("\\u001b[31m"), InlineData("\\u007f"), InlineData("\\\""), InlineData("\\\\"), InlineData("\u202E")]
    [InlineData("\u200B"), InlineData("\uFEFF")]
    [InlineData("😀"), InlineData("<script>"), InlineData("e\u0301"), InlineData("\u212A"), InlineData("{0} {Evil}"), InlineData("=1+1")]
    public void A_line_is_one_line_whatever_its_texts_hold_and_gives_them_back(string inside)
    {
        var text = $"\"a{inside}b\"";
        var completion = Given.Completion(Given.Body(("id", text), ("error", text), ("metadata", $"{{{text}:{text}}}"), ("unknown", $"[ {text} ]")));
        var line = Given.Line(completion);
        line.ShouldNotContain(c => char.IsControl(c) || c == '\u2028' || c == '\u2029');
        var expected = JsonSerializer.Deserialize<string>(text);
        var read = Given.FromLine(line);
        read.Id.ShouldBe(expected);
        using var metadata = JsonDocument.Parse(read.Metadata!);
        metadata.RootElement.GetProperty(expected!).GetString().ShouldBe(expected);
        metadata.RootElement.GetProperty("unknown")[0].GetString().ShouldBe(expected);
        Given.Line(read).ShouldBe(line);
    }

    [Theory]
    [InlineData("1.0"), InlineData("1e2"), InlineData("12345678901234567890"), InlineData("1E+400"), InlineData("-0.0")]
    [InlineData("0.10"), InlineData("9223372036854775808")]
    public void Numbers_nobody_knows_keep_their_exact_text(string number)
    {
        var line = Given.Line(Given.Stored(Given.Body(("odd", number), ("metadata", "{ \"n\" : [ " + number + " ] }"))));
        line.ShouldEndWith("\"metadata\":{\"n\":[" + number + "],\"odd\":" + number + "}}");
    }

    [Fact]
    public void The_source_is_written_only_when_it_is_not_the_usual_one()
    {
        Given.Line(Given.Completion(Given.Body("source", "\"api\""))).ShouldBe(Given.Line(Given.Completion(Given.Body())));
        Given.Line(Given.Completion(Given.Body("source", "\"exec\""))).ShouldEndWith("\"source\":\"exec\"}");
    }

    [Fact]
    public void Seq_and_crc_at_the_end_of_a_line_are_passed_over()
    {
        var line = Given.Line(Given.Completion(Given.Body("id", "\"a\"")));
        Given.Line(Given.FromLine(line[..^1] + ",\"seq\":17,\"crc\":\"0a1b2c3d\"}")).ShouldBe(line);
    }

    [Fact]
    public void Text_that_looks_alike_is_not_the_same()
    {
        Given.Completion(Given.Body("model", "\"\u00e9\"")).Model.ShouldNotBe(Given.Completion(Given.Body("model", "\"e\u0301\"")).Model);
        Given.Completion(Given.Body("model", "\"\u212A\"")).Model.ShouldNotBe(Given.Completion(Given.Body("model", "\"K\"")).Model);
    }
}
