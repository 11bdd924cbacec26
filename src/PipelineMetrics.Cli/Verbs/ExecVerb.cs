using System.CommandLine;
using PipelineMetrics.Cli.Exec;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`exec`: runs any command as if we were not there, and records how it went. Ends with the code of the command.</summary>
internal sealed class ExecVerb : Command
{
    private readonly Shell _shell;
    private readonly ExecOptions _options;

    public ExecVerb(Shell shell) : base("exec", "Run a command and record how it went: exec --type impl -- claude -p ...")
    {
        _shell = shell;
        _options = new ExecOptions(this);
        SetAction((given, _) => RunAsync(given));
    }

    private async Task<int> RunAsync(ParseResult given)
    {
        if (OperatingSystem.IsWindows()) throw new CliException(ExitCodes.Usage, "exec runs on Linux and macOS; elsewhere record what was run with record");
        _shell.IsLent = true;
        var plan = _options.PlanOf(given, _shell);
        var outbox = _options.OutboxOf(given, _shell, Say);
        var pauses = Pauses.Of(plan, Target.ConfigOf(given, _shell));
        using var signals = SignalRelay.Start();
        var input = InputReplay.Of(plan);
        var totals = plan.IsDryRun || StateFolder.Sessions(_shell) is not { } folder ? null : new SessionTotals(folder);
        var attempts = new Attempts(plan, new Runner(signals, _shell.Clock), totals, Say);
        for (var number = 0; ; number++)
        {
            var attempt = await attempts.MakeAsync(number);
            await RecordAsync(attempt, outbox, signals.NextStop());
            if (number == plan.Retries || !attempt.IsWorthARetry || signals.Stop.IsCancellationRequested) return attempt.Code;
            var pause = pauses.After(number + 1);
            Say($"attempt {number + 1} of {plan.Retries + 1} failed: {attempt.Record.Error}; the next begins in {pause.TotalSeconds:0.###} s");
            await Task.Delay(pause, _shell.Clock, signals.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (signals.Stop.IsCancellationRequested) return attempt.Code;
            if (!input.TryRewind()) Say("standard input cannot be read again; the next attempt finds what the last one left of it");
        }
    }

    private async Task RecordAsync(Attempt attempt, Outbox outbox, CancellationToken stop)
    {
        try
        {
            await outbox.SendAsync(WireRecord.Of(attempt.Record), stop);
        }
        catch (Exception e)
        {
            // The run is over and has its result, which nothing that is wrong with its record may change.
            Say($"the run is not recorded: {e.Message}");
        }
    }

    // Every line of ours can be told from those of the command.
    private void Say(string message)
    {
        foreach (var line in message.Split('\n')) _shell.Error.WriteLine($"pipeline-metrics: {SafeText.Clean(line)}");
    }
}
