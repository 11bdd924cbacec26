namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>Checks, gates, and what a failure gets.</summary>
public sealed class VerificationTests : ExecBench
{
    [Fact]
    public async Task A_check_that_says_no_makes_it_a_failure_and_leaves_the_code()
    {
        var run = await DryAsync("--check", "echo looked; exit 3", "--gate", "build=echo built", "--", "echo", "done");

        (run.Code, run.Out, run["outcome"], run["error"]).ShouldBe((0, "done\n", "failure", "check 'echo looked; exit 3': exit code 3"));
        run.Error.ShouldStartWith("looked\n");
        run.Error.ShouldNotContain("built");
        run["quality_gates_run"].ShouldBeNull();
    }

    [Fact]
    public async Task A_check_is_only_asked_about_what_succeeded() =>
        (await DryAsync("--check", "echo looked >&2", "--", "false")).Error.ShouldNotContain("looked");

    [Fact]
    public async Task Gates_are_run_and_those_that_fail_are_named()
    {
        var run = await DryAsync("--gate", "build=true", "--gate", "test=test a = b", "--gate", "lint=true", "--", "true");

        (run.Code, run["outcome"], run["quality_gate_passed"]).ShouldBe((0, "success", "False"));
        (run["quality_gates_run"], run["quality_gates_failed"]).ShouldBe(("""["build","test","lint"]""", """["test"]"""));
        run.Error.ShouldContain("pipeline-metrics: gate test failed: exit code 1");
    }

    [Fact]
    public async Task Gates_that_all_pass_are_said_to()
    {
        var run = await DryAsync("--check", "true", "--gate", "build=true", "--", "true");

        (run["quality_gate_passed"], run["quality_gates_failed"], run["outcome"]).ShouldBe(("True", "[]", "success"));
    }

    [Fact]
    public async Task Checks_and_gates_leave_the_input_to_the_command_and_print_on_stderr()
    {
        var run = await EndAsync(Start(Program, "exec", "--dry-run", "--gate", "g=cat; echo gate", "--", "head", "-c", "2"), "abcdef"u8.ToArray());

        run.Out.ShouldBe("ab");
        run.Error.ShouldStartWith("gate\n");
    }

    [Fact]
    public async Task A_check_has_the_time_of_the_command() =>
        (await DryAsync("--timeout", "0.3s", "--check", "sleep 100", "--", "true"))["error"].ShouldBe("check 'sleep 100': not done within 0.3 s");

    [Fact]
    public async Task A_failure_is_tried_again_and_every_attempt_is_recorded()
    {
        Variables["PIPELINE_METRICS_RETRY__INITIAL_BACKOFF"] = "0";
        Write("input", "abc");

        var run = await ScriptAsync("$PM exec --dry-run --task t --retries 3 -- sh -c 'cat; echo x >> runs; test $(wc -l < runs) = 3' < input");

        run.Code.ShouldBe(0);
        run.Out.ShouldBe("abcabcabc");
        run.Records.Select(record => $"{record.GetProperty("task_id")} {record.GetProperty("retry_count")} {record.GetProperty("outcome")}")
            .ShouldBe(["t 0 failure", "t 1 failure", "t 2 success"]);
        run.Records.Select(record => record.GetProperty("id").GetString()).ShouldBeUnique();
    }

    [Fact]
    public async Task Attempts_end_when_there_are_no_more_and_the_code_is_that_of_the_last()
    {
        Variables["PIPELINE_METRICS_RETRY__INITIAL_BACKOFF"] = "0";

        var run = await DryAsync("--retries", "1", "--retry-count", "4", "--", "sh", "-c", "cat; exit 6");

        run.Code.ShouldBe(6);
        run.Records.Select(record => record.GetProperty("retry_count").GetInt32()).ShouldBe([4, 5]);
        run.Error.ShouldContain("attempt 1 of 2 failed: exit code 6; the next begins in 0 s");
        run.Error.ShouldContain("standard input cannot be read again");
    }

    [Fact]
    public async Task What_cannot_be_started_is_not_tried_again() => (await DryAsync("--retries", "5", "--", "no-such-program")).Code.ShouldBe(127);

    [Fact]
    public async Task What_was_cancelled_is_not_tried_again()
    {
        Variables["PIPELINE_METRICS_RETRY__INITIAL_BACKOFF"] = "0";

        (await DryAsync("--retries", "5", "--", "sh", "-c", "exit 143"))["outcome"].ShouldBe("cancelled");
    }

    [Fact]
    public async Task The_pause_is_that_of_the_settings()
    {
        Write("pipeline-metrics.yaml", "retry:\n  by_task_type:\n    impl: {initial_backoff: 0.01}\n");

        (await DryAsync("--type", "impl", "--retries", "2", "--", "false")).Error.ShouldContain("attempt 2 of 3 failed: exit code 1; the next begins in 0.02 s");
    }

    [Fact]
    public async Task Settings_that_are_none_are_refused_before_anything_runs()
    {
        Variables["PIPELINE_METRICS_RETRY__INITIAL_BACKOFF"] = "soon";

        var run = await DryAsync("--retries", "1", "--", "echo", "ran");

        (run.Code, run.Out).ShouldBe((2, ""));
        run.Error.ShouldContain("retry.initial_backoff");
    }
}
