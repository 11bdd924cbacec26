using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;
using static PipelineMetrics.Tests.Harnesses.HarnessBench;

namespace PipelineMetrics.Tests.Harnesses;

/// <summary>What each program printed, and what is told of it.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("claude-stream.txt", "claude -p --output-format stream-json", """
        anthropic claude-sonnet-4-5-20250929 | 942 2900 120441 9310 - | 213457 | turns 7 tools 3/1 compactions 1 | 6f0e1c2d-0000-4000-8000-000000000001 b1c2d3e4-0000-4000-8000-000000000002 | Success -
        """)]
    [InlineData("claude-json.txt", "/usr/local/bin/claude -p", "- - | 18 5 7 3 - | - | turns 1 tools -/- compactions - | s-json u-json | Success -")]
    [InlineData("claude-verbose-array.txt", "claude.exe", "bedrock us.anthropic.claude-x | 1 2 3 4 1 | 1500000 | turns 2 tools 1/0 compactions 0 | s-array u-array | Success -")]
    [InlineData("claude-max-turns.txt", "claude", """
        anthropic claude-opus-4-1 | 10 20 30 40 - | 500000 | turns 3 tools -/- compactions 0 | s-max u-max | Failure error_max_turns: Reached maximum number of turns (3)
        """)]
    [InlineData("claude-api-error.txt", "claude", "- - | - - - - - | - | turns 1 tools -/- compactions - | s-api u-api | Failure api_error: API Error: 529 overloaded")]
    [InlineData("claude-interrupted.txt", "claude", "anthropic claude-sonnet-4-5 | 1 2 3 4 - | 250000 | turns 2 tools -/- compactions - | s-int u-int | Cancelled aborted_tools")]
    [InlineData("claude-several-results.txt", "claude", "anthropic claude-sonnet-4-5 | 35 350 3500 35 - | 350000 | turns 7 tools -/- compactions 0 | s-2 u-3 | Success -")]
    [InlineData("claude-killed.txt", "claude", "anthropic claude-sonnet-4-5 | - - - - - | - | turns - tools 1/0 compactions 0 | s-kill - | - -")]
    [InlineData("codex.txt", "codex exec --json -m gpt-5-codex task", """
        - gpt-5-codex | 4183 512 20480 100 128 | - | turns 1 tools 3/1 compactions - | 0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000 - | Success -
        """)]
    [InlineData("codex-failed.txt", "codex exec -c model=\"o3\" --json", "- o3 | - - - - - | - | turns 1 tools 0/0 compactions - | t-2 - | Failure usage limit reached")]
    [InlineData("opencode.txt", "opencode run --model=anthropic/claude-sonnet-4-5", """
        anthropic claude-sonnet-4-5 | 330 145 9200 5 22 | 13300 | turns 3 tools 2/1 compactions - | ses_x - | - -
        """)]
    [InlineData("opencode-aborted.txt", "opencode run", "- - | - - - - - | - | turns - tools -/- compactions - | ses_y - | Cancelled MessageAbortedError: aborted")]
    [InlineData("gemini-json.txt", "gemini -p", "google gemini-2.5-pro | 13875 1007 10656 0 202 | - | turns 4 tools 4/1 compactions - | g-1 - | Success -")]
    [InlineData("gemini-stream.txt", "gemini", "google gemini-2.5-pro | 600 200 400 0 - | - | turns - tools 1/1 compactions - | g-2 - | Success -")]
    [InlineData("gemini-failed.txt", "gemini", """
        google gemini-2.5-pro | 0 0 0 0 - | - | turns - tools 0/0 compactions - | g-3 - | Failure FatalTurnLimitedError: Reached max session turns
        """)]
    [InlineData("plain-text.txt", "claude", "- - | - - - - - | - | turns - tools -/- compactions - | - - | - -")]
    public void A_program_is_read_as_it_prints(string sample, string command, string told) => Summary(Report(command, Sample(sample))).ShouldBe(told.Trim());

    [Theory]
    [InlineData("claude", "claude_code")]
    [InlineData("/opt/bin/codex", "codex")]
    [InlineData(@"C:\bin\OpenCode.CMD", "opencode")]
    [InlineData("gemini", "gemini_cli")]
    [InlineData("aider", "aider")]
    [InlineData("make", null)]
    [InlineData("claude-wrapper", null)]
    [InlineData("", null)]
    public void A_program_is_known_by_its_name(string program, string? harness) => HarnessOutput.Of([program], "/").Harness.ShouldBe(harness);

    [Fact]
    public void Of_what_no_program_prints_nothing_is_told() => Report("make", Sample("plain-text.txt")).ShouldBe(new HarnessReport());

    [Theory]
    [InlineData("claude-stream.txt", "claude")]
    [InlineData("claude-json.txt", "claude")]
    [InlineData("claude-verbose-array.txt", "claude")]
    [InlineData("codex.txt", "codex")]
    [InlineData("codex-failed.txt", "codex")]
    [InlineData("opencode.txt", "opencode")]
    [InlineData("gemini-json.txt", "gemini")]
    [InlineData("gemini-stream.txt", "gemini")]
    public void A_command_that_runs_a_program_is_told_by_what_that_prints(string sample, string program) =>
        Fields(Report("make", Sample(sample))).ShouldBe(Fields(Report(program, Sample(sample))));

    [Theory]
    [InlineData("""{"type":"result","session_id":"s"}""")]
    [InlineData("""{"type":"init","session_id":"s"}""")]
    [InlineData("""{"type":"thread.started"}""")]
    [InlineData("""{"response":"yes","stats":{}}""")]
    public void A_message_that_others_might_print_is_nobodys(string line) => Report("make", Encoding.UTF8.GetBytes(line)).ShouldBe(new HarnessReport());

    [Theory]
    [InlineData("codex exec -m a --model b", "b")]
    [InlineData("codex exec -ma", "a")]
    [InlineData("codex exec --model=a -- --model b", "a")]
    [InlineData("codex exec --model", null)]
    [InlineData("codex exec -c other=1", null)]
    [InlineData("codex exec", null)]
    public void The_model_that_a_command_names_is_taken(string command, string? model) => Report(command, []).Model.ShouldBe(model);

    [Fact]
    public void Gemini_says_with_its_exit_code_that_the_turns_ran_out()
    {
        Summary(Report("gemini", Sample("gemini-stream.txt"), exitCode: 53)).ShouldEndWith("| Failure turn limit");
        Summary(Report("gemini", Sample("gemini-failed.txt"), exitCode: 53)).ShouldEndWith("| Failure turn limit: FatalTurnLimitedError: Reached max session turns");
    }

    [Fact]
    public void Turns_of_codex_that_count_anew_are_added()
    {
        static string Turn(int input) => $$$"""{"type":"turn.completed","usage":{"input_tokens":{{{input}}},"output_tokens":1}}""" + "\n";
        Report("codex", Encoding.UTF8.GetBytes(Turn(10) + Turn(30) + Turn(5))).Tokens.ShouldBe(new TokenCounts(35, 2, 0, 0));
    }

    [Fact]
    public void A_pretty_printed_object_is_read_although_one_of_its_texts_is_too_long()
    {
        var whole = Encoding.UTF8.GetString(Sample("gemini-json.txt")).Replace("\"done\"", $"\"{new string('x', 2 << 20)}\"", StringComparison.Ordinal);
        Summary(Report("gemini", Encoding.UTF8.GetBytes(whole))).ShouldBe(Summary(Report("gemini", Sample("gemini-json.txt"))));
    }

    [Fact]
    public void What_a_completion_cannot_hold_is_left_out_or_cut()
    {
        var name = new string('n', 300);
        var json = $$"""{"type":"result","subtype":"error_{{name}}","session_id":"{{name}}","uuid":" ","num_turns":1e12,"errors":["{{new string('ä', 3000)}}","\u0000",7],"usage":{"input_tokens":-5,"output_tokens":1.5,"cache_read_input_tokens":1e30},"total_cost_usd":"1"}""";
        var report = Report("claude", Encoding.UTF8.GetBytes(json));
        Fields(report).ShouldContain("\"turns\":1000000");
        (report.SessionId, report.Id, report.CostUsdMicros, report.Outcome, report.Tokens).ShouldBe((null, null, null, Outcome.Failure, null));
        Encoding.UTF8.GetByteCount(report.Error!).ShouldBeInRange(1990, 2000);
    }

    internal static string Summary(HarnessReport r) =>
        $"{r.Provider ?? "-"} {r.Model ?? "-"} | {Number(r.Tokens?.Input)} {Number(r.Tokens?.Output)} {Number(r.Tokens?.CacheRead)} {Number(r.Tokens?.CacheWrite)} "
        + $"{Number(r.Tokens?.Reasoning)} | {Number(r.CostUsdMicros)} | turns {Number(r.Turns)} tools {Number(r.ToolCalls)}/{(r.ToolCalls is null ? "-" : Number(r.ToolErrors))} "
        + $"compactions {Number(r.ContextCompactions)} | {r.SessionId ?? "-"} {r.Id ?? "-"} | {(r.Outcome is { } outcome ? $"{outcome}" : "-")} {r.Error ?? "-"}";

    private static string Number(long? value) => value?.ToString() ?? "-";
}
