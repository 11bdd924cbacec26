using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Makes attempts at what was planned, and a completion of each.</summary>
/// <param name="plan">What to do.</param>
/// <param name="runner">Does it.</param>
/// <param name="totals">Takes off what earlier runs of a session had used.</param>
/// <param name="say">Is told what a person should know.</param>
internal sealed class Attempts(ExecPlan plan, Runner runner, SessionTotals? totals, Action<string> say)
{
    private const string Source = "exec";
    private const string NotAHarness = "sh";
    private readonly Dictionary<string, string> _variables =
        RunVariables.For(RunVariables.Own(), plan.Given.TaskId!, plan.Given.TaskType, plan.RunId);

    /// <summary>Makes one attempt.</summary>
    /// <param name="number">Which one, from 0.</param>
    public async Task<Attempt> MakeAsync(int number)
    {
        var id = Guid.CreateVersion7().ToString();
        var reader = HarnessOutput.Of([plan.ReadAs, .. plan.Command.Skip(1)], Environment.CurrentDirectory);
        var result = await runner.RunAsync(new ChildStart(plan.Command, _variables) { IsRead = plan.IsRead }, reader, plan.Limit, say);
        var measured = new CompletionDraft
        {
            StartedAt = result.StartedAt,
            CreatedAt = result.StartedAt + result.End.Duration,
            DurationMs = (long)Math.Round(result.End.Duration.TotalMilliseconds, MidpointRounding.AwayFromZero),
            CpuMs = result.End.CpuMs,
            PeakMemoryBytes = result.End.PeakMemoryBytes,
            RetryCount = (plan.Given.RetryCount ?? 0) + number,
            Outcome = result.Outcome,
            Error = result.Error,
            Source = Source,
            Metadata = RunMetadata.With(plan.Given.Metadata, result),
        };
        await VerifyAsync(measured);
        return new Attempt(Complete(measured, Told(result.Report), id), result.Code, CanBeRetried: result.StartError is null);
    }

    private CompletionDraft Complete(CompletionDraft measured, CompletionDraft told, string id)
    {
        var error = measured.Error;
        var whole = measured.FillFrom(plan.Given).FillFrom(told);
        // Without an error of its own a run that went well has none, whatever was said on the way.
        whole.Error = error;
        whole.Id ??= id;
        return whole;
    }

    private CompletionDraft Told(HarnessReport report)
    {
        try
        {
            report = totals?.TakeDifference(report) ?? report;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say($"what the session used before is not known: {e.Message}");
        }
        // One run is one completion, also of a command that prints again what it printed before.
        return (report with { Id = null }).ToDraft();
    }

    private async Task VerifyAsync(CompletionDraft measured)
    {
        if (measured.Outcome == Outcome.Success && plan.Check is { } check && await AskAsync(check) is { } failed)
        {
            measured.Outcome = failed.Outcome == Outcome.Cancelled ? Outcome.Cancelled : Outcome.Failure;
            measured.Error = $"check '{RunResult.Short(check)}': {failed.Error}";
            say($"recorded as {Words(measured.Outcome.Value)}: {measured.Error}");
        }
        if (measured.Outcome != Outcome.Success || plan.Gates.Count == 0) return;
        var (run, broken) = (new List<string>(), new List<string>());
        foreach (var gate in plan.Gates)
        {
            var answer = await AskAsync(gate.Command);
            if (answer?.Outcome == Outcome.Cancelled) break;
            run.Add(gate.Name);
            if (answer is null) continue;
            broken.Add(gate.Name);
            say($"gate {gate.Name} failed: {answer.Error}");
        }
        (measured.QualityGatesRun, measured.QualityGatesFailed) = (run, broken);
        // Of gates that were cut short it is only known when one of them has failed.
        measured.QualityGatePassed = run.Count < plan.Gates.Count && broken.Count == 0 ? null : broken.Count == 0;
    }

    /// <summary>Runs a command of the shell, whose output is for people; null when it says yes.</summary>
    private async Task<RunResult?> AskAsync(string command)
    {
        var start = new ChildStart(["/bin/sh", "-c", command], _variables) { IsAside = true };
        var result = await runner.RunAsync(start, HarnessOutput.Of([NotAHarness], Environment.CurrentDirectory), plan.Limit, say);
        return result.Outcome == Outcome.Success ? null : result;
    }

    private static string Words(Outcome outcome) => outcome.ToString().ToLowerInvariant();
}

/// <summary>One attempt that is over.</summary>
/// <param name="Record">What is to be recorded.</param>
/// <param name="Code">What exec ends with if it is the last.</param>
/// <param name="CanBeRetried">False when it did not even start.</param>
internal sealed record Attempt(CompletionDraft Record, int Code, bool CanBeRetried)
{
    public bool IsWorthARetry => CanBeRetried && Record.Outcome is (Outcome.Failure or Outcome.Timeout);
}
