using System.Text.Json;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>What is recorded of a run.</summary>
public sealed class RecordTests : ExecBench
{
    private const string Claude = """
        {"type":"result","subtype":"success","is_error":false,"num_turns":7,"session_id":"s1","uuid":"u1","total_cost_usd":0.25,"modelUsage":{"claude-sonnet-4-5":{"inputTokens":10,"outputTokens":20,"cacheReadInputTokens":30,"cacheCreationInputTokens":40,"costUSD":0.25}}}
        """;

    [Theory]
    [InlineData("sh", "-c", "cat result.json")]
    [InlineData("claude", "-p", "--output-format", "json")]
    public async Task What_an_agent_program_says_is_in_the_record(params string[] command)
    {
        Write("result.json", Claude);
        Write("bin/claude", "#!/bin/sh\ncat result.json\n", isProgram: true);
        Variables["PATH"] = $"{Folder}/bin:{Environment.GetEnvironmentVariable("PATH")}";

        var run = await DryAsync(["--", .. command]);

        run.Out.ShouldBe(Claude);
        (run["harness"], run["model"], run["turns"], run["session_id"]).ShouldBe(("claude_code", "claude-sonnet-4-5", "7", "s1"));
        (run["actual_input_tokens"], run["actual_output_tokens"], run["cache_read_tokens"], run["cache_write_tokens"]).ShouldBe(("10", "20", "30", "40"));
        (run["actual_cost_usd_micros"], run["cost_source"], run["source"]).ShouldBe(("250000", "reported", "exec"));
    }

    [Fact]
    public async Task A_harness_that_is_named_is_the_one_that_is_read()
    {
        var run = await DryAsync("--harness", "claude_code", "--", "sh", "-c", """echo '{"type":"system","subtype":"init","session_id":"s2"}'""");

        (run["harness"], run["session_id"]).ShouldBe(("claude_code", "s2"));
    }

    [Fact]
    public async Task What_is_given_wins_over_what_is_said()
    {
        Write("result.json", Claude);

        var run = await DryAsync("--task", "t1", "--type", "impl", "--model", "mine", "--turns", "1", "--complexity", "high", "--metadata", "team=a", "--", "cat", "result.json");

        (run["task_id"], run["task_type"], run["model"], run["turns"], run["complexity"]).ShouldBe(("t1", "impl", "mine", "1", "high"));
        run["metadata"].ShouldBe("""{"team":"a","exit_code":0}""");
    }

    [Fact]
    public async Task A_program_that_says_it_failed_has_failed_whatever_its_code()
    {
        Write("result.json", Claude.Replace("\"success\"", "\"error_max_turns\"", StringComparison.Ordinal));

        var run = await DryAsync("--", "cat", "result.json");

        (run.Code, run["outcome"], run["error"]).ShouldBe((0, "failure", "error_max_turns"));
    }

    [Theory]
    [InlineData("--turns", "many", "--turns: 'many' is no number")]
    [InlineData("--turns", "-1", "'turns' ")]
    [InlineData("--gate", "build", "--gate: 'build' must be NAME=CMD")]
    [InlineData("--retries", "101", "--retries: must be a whole number from 0 to 100, got '101'")]
    [InlineData("--retries", "abc", "--retries: must be a whole number from 0 to 100, got 'abc'")]
    [InlineData("--metadata", "x", "--metadata: 'x' must be KEY=VALUE")]
    public async Task What_makes_no_sense_is_refused_before_anything_runs(string option, string value, string why)
    {
        var run = await DryAsync($"{option}={value}", "--", "echo", "ran");

        (run.Code, run.Out).ShouldBe((2, ""));
        run.Error.ShouldContain(why);
    }

    [Fact]
    public async Task The_command_is_told_which_task_it_is()
    {
        Variables["OTEL_RESOURCE_ATTRIBUTES"] = "team=a";

        var run = await DryAsync("--task", "a b,c", "--type", "impl", "--", "sh", "-c", "echo $PIPELINE_METRICS_TASK_ID; echo $OTEL_RESOURCE_ATTRIBUTES; echo $TRACEPARENT");

        var said = run.Out.Split('\n');
        said[0].ShouldBe("a b,c");
        said[1].ShouldStartWith("team=a,pipeline.task.id=a%20b%2Cc,pipeline.task.type=impl,pipeline.run.id=");
        said[2].ShouldMatch("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$");
    }

    [Fact]
    public async Task A_trace_that_is_there_goes_on()
    {
        Variables["TRACEPARENT"] = "00-11111111111111111111111111111111-2222222222222222-00";

        (await DryAsync("--", "sh", "-c", "echo $TRACEPARENT")).Out.Trim().ShouldBe(Variables["TRACEPARENT"]);
    }

    [Fact]
    public async Task Time_and_processor_are_measured_of_the_command_and_what_it_waited_for()
    {
        var run = await DryAsync("--", "sh", "-c", "perl -e 'my $x = \"a\" x 300_000_000; while ((times)[0] < 0.3) { $y++ }'");

        run.Record.GetProperty("cpu_seconds").GetDecimal().ShouldBeInRange(0.3m, 30m);
        run.Record.GetProperty("duration_seconds").GetDecimal().ShouldBeGreaterThanOrEqualTo(0.3m);
        run.Record.GetProperty("peak_memory_bytes").GetInt64().ShouldBeInRange(300_000_000, 1_500_000_000);
        (run.Record.GetProperty("created_at").GetDateTimeOffset() - run.Record.GetProperty("started_at").GetDateTimeOffset()).TotalSeconds.ShouldBeGreaterThanOrEqualTo(0.3);
    }

    [Fact]
    public async Task A_command_that_needs_less_memory_than_we_do_has_no_figure_for_it() =>
        (await DryAsync("--", "true"))["peak_memory_bytes"].ShouldBeNull();

    [Fact]
    public async Task A_record_holds_nothing_that_nobody_said()
    {
        var run = await DryAsync("--", "true");

        run.Record.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["task_id", "duration_seconds", "created_at", "id", "outcome", "started_at", "retry_count", "cpu_seconds", "source", "metadata"]);
        JsonSerializer.Serialize(run.Record.GetProperty("metadata")).ShouldBe("""{"exit_code":0}""");
    }
}
