using System.Text;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>A command behaves as it does without us.</summary>
public sealed class PassThroughTests : ExecBench
{
    [Fact]
    public async Task What_goes_in_comes_out_byte_for_byte()
    {
        var bytes = new byte[ProofSize.Cases(ci: 10_000_000, large: 100_000_000)];
        new Random(1).NextBytes(bytes);

        var run = await EndAsync(Start(Program, "exec", "--dry-run", "--", "cat"), bytes);

        run.Bytes.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (run.Code, run["outcome"]).ShouldBe((0, "success"));
    }

    [Fact]
    public async Task What_is_read_along_comes_out_whole()
    {
        var line = Encoding.UTF8.GetBytes($$$"""{"type":"assistant","message":{"content":[{"type":"text","text":"{{{new string('x', 150)}}}"}]}}{{{'\n'}}}""");
        var bytes = new byte[line.Length * ProofSize.Cases(ci: 150_000, large: 500_000)];
        for (var at = 0; at < bytes.Length; at += line.Length) line.CopyTo(bytes.AsSpan(at));
        Write("claude", "#!/bin/sh\nexec cat\n", isProgram: true);

        var run = await EndAsync(Start(Program, "exec", "--dry-run", "--", "./claude"), bytes);

        run.Bytes.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (run.Code, run["harness"]).ShouldBe((0, "claude_code"));
    }

    [Theory]
    [InlineData("exit 0", 0, "success", null)]
    [InlineData("exit 1", 1, "failure", "exit code 1")]
    [InlineData("exit 255", 255, "failure", "exit code 255")]
    [InlineData("kill -9 $$", 137, "failure", "ended by SIGKILL")]
    [InlineData("kill -2 $$", 130, "cancelled", "ended by SIGINT")]
    [InlineData("exit 143", 143, "cancelled", "exit code 143")]
    public async Task It_ends_with_the_code_of_the_command(string script, int code, string outcome, string? error)
    {
        var run = await DryAsync("--", "sh", "-c", script);

        (run.Code, run["outcome"], run["error"]).ShouldBe((code, outcome, error));
        run.Record.GetProperty("metadata").GetProperty("exit_code").GetInt32().ShouldBe(code);
    }

    [Fact]
    public async Task A_command_that_is_not_there_ends_with_127()
    {
        var run = await DryAsync("--", "no-such-program");

        (run.Code, run["outcome"], run["error"]).ShouldBe((127, "failure", "no-such-program: command not found"));
    }

    [Fact]
    public async Task A_file_that_is_no_program_ends_with_126()
    {
        var run = await DryAsync("--", Write("text", "no program"));

        (run.Code, run["outcome"]).ShouldBe((126, "failure"));
        run["error"]!.ShouldEndWith("text: Permission denied");
    }

    [Fact]
    public async Task Words_behind_the_dashes_are_the_commands_own()
    {
        var run = await DryAsync("--type", "impl", "--", "printf", "%s|", "--type", "x", "--", "-v", "@file", "[a]", "", "--help");

        run.Out.ShouldBe("--type|x|--|-v|@file|[a]||--help|");
        run["task_type"].ShouldBe("impl");
    }

    [Theory]
    [InlineData("echo", "hi")]
    [InlineData("echo", "--", "hi")]
    public async Task Without_dashes_before_the_command_nothing_is_run(params string[] words)
    {
        var run = await DryAsync(words);

        (run.Code, run.Out).ShouldBe((2, ""));
        run.Error.ShouldContain("put -- before the command");
    }

    [Fact]
    public async Task What_it_says_on_stderr_goes_there_and_ours_is_told_from_it()
    {
        var run = await DryAsync("--", "sh", "-c", "echo data; echo trouble >&2");

        run.Out.ShouldBe("data\n");
        run.Error.ShouldStartWith("trouble\npipeline-metrics: ");
    }

    [Fact]
    public async Task When_nobody_reads_any_more_the_command_ends_as_it_does_without_us()
    {
        var process = Start(Program, "exec", "--dry-run", "--", "yes");
        process.StandardOutput.BaseStream.ReadByte();
        process.StandardOutput.Close();
        process.StandardInput.Close();

        var error = await process.StandardError.ReadToEndAsync();

        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(141);
        error.ShouldContain("ended by SIGPIPE");
        error.ShouldNotContain("could not be written");
    }

    [Fact]
    public async Task A_file_that_others_write_too_keeps_its_order()
    {
        var run = await ScriptAsync("{ echo a; $PM exec --dry-run -- echo b; echo c; } > both; cat both");

        run.Out.ShouldBe("a\nb\nc\n");
    }

    [Fact]
    public async Task An_output_that_takes_only_a_part_at_a_time_gets_all_of_it()
    {
        var run = await ScriptAsync("perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK); exec @ARGV' $PM exec --dry-run -- head -c 20000000 /dev/zero");

        (run.Bytes.Length, run.Code).ShouldBe((20_000_000, 0));
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        var run = await ScriptAsync("$PM exec --dry-run -- sh -c 'echo a' > /dev/full");

        run.Error.ShouldContain("the output could not be written: No space left on device");
    }

    [Fact]
    public async Task What_is_ignored_under_nohup_stays_ignored()
    {
        var run = await ScriptAsync("trap '' HUP; $PM exec --dry-run -- sh -c 'kill -HUP $$; echo alive'");

        (run.Out, run.Code).ShouldBe(("alive\n", 0));
    }

    [Fact]
    public async Task What_the_command_leaves_running_does_not_hold_us()
    {
        var run = await ScriptAsync("$PM exec --dry-run -- sh -c 'sleep 20 2>&- & echo early' > out && cat out");

        run.Out.ShouldBe("early\n");
        run.Error.ShouldContain("something that the command left running holds its output");
        run["outcome"].ShouldBe("success");
    }
}
