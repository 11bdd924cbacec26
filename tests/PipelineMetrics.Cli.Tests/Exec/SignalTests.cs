using PipelineMetrics.Cli.Exec;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>Signals reach the command, and what it was doing is recorded all the same.</summary>
public sealed class SignalTests : ExecBench
{
    [Theory]
    [InlineData(Posix.SigTerm, 143, "SIGTERM")]
    [InlineData(Posix.SigHup, 129, "SIGHUP")]
    public async Task A_signal_that_ends_the_command_is_recorded_as_cancelled(int signal, int code, string name)
    {
        var process = Start(Program, "exec", "--dry-run", "--", "sh", "-c", "echo ready; exec sleep 100");
        process.StandardOutput.BaseStream.ReadByte();

        Posix.Kill(process.Id, signal);
        var run = await EndAsync(process);

        (run.Code, run["outcome"], run["error"]).ShouldBe((code, "cancelled", $"ended by {name}"));
    }

    [Fact]
    public async Task A_command_may_answer_a_signal_and_go_on()
    {
        var process = Start(Program, "exec", "--dry-run", "--", "sh", "-c", "trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.01; done");
        process.StandardOutput.BaseStream.ReadByte();

        Posix.Kill(process.Id, Posix.SigUsr1);
        var run = await EndAsync(process);

        run.Out.ShouldEndWith("got\n");
        (run.Code, run["outcome"]).ShouldBe((5, "failure"));
    }

    [Fact]
    public async Task A_command_that_ends_well_although_it_was_asked_to_end_has_succeeded()
    {
        var process = Start(Program, "exec", "--dry-run", "--", "sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done");
        process.StandardOutput.BaseStream.ReadByte();

        Posix.Kill(process.Id, Posix.SigTerm);
        var run = await EndAsync(process);

        (run.Code, run["outcome"]).ShouldBe((0, "success"));
    }

    [Fact]
    public async Task Who_is_asked_to_end_does_not_try_again()
    {
        var process = Start(Program, "exec", "--dry-run", "--retries", "3", "--", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done");
        process.StandardOutput.BaseStream.ReadByte();

        Posix.Kill(process.Id, Posix.SigTerm);
        var run = await EndAsync(process);

        (run.Code, run["outcome"]).ShouldBe((9, "cancelled"));
    }

    [Fact]
    public async Task A_command_whose_time_is_over_ends_with_124_and_so_does_all_it_started()
    {
        var run = await DryAsync("--timeout", "0.3s", "--", "sh", "-c", "sleep 100 & echo $!; sleep 100; echo never");

        (run.Code, run["outcome"], run["error"]).ShouldBe((124, "timeout", "not done within 0.3 s"));
        var left = $"/proc/{run.Out.Trim()}/stat";
        (!File.Exists(left) || File.ReadAllText(left).Contains(") Z ", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1s")]
    [InlineData("soon")]
    [InlineData("31d")]
    public async Task A_time_that_makes_no_sense_is_refused_before_anything_runs(string limit)
    {
        var run = await DryAsync($"--timeout={limit}", "--", "echo", "ran");

        (run.Code, run.Out).ShouldBe((2, ""));
        run.Error.ShouldContain($"--timeout: '{limit}'");
    }

    [Fact]
    public async Task Who_was_started_by_somebody_that_forgets_its_children_still_knows_how_they_end()
    {
        var run = await ScriptAsync("perl -e '$SIG{CHLD} = \"IGNORE\"; exec @ARGV' $PM exec --dry-run -- sh -c 'exit 3'");

        (run.Code, run["error"]).ShouldBe((3, "exit code 3"));
    }
}
