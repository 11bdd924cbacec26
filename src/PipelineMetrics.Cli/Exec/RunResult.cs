using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Exec;

/// <summary>One attempt that is over, as it was seen from outside, and what the agent program said about it.</summary>
/// <param name="End">How the process ended.</param>
/// <param name="Report">What it said.</param>
internal sealed record RunResult(ChildEnd End, HarnessReport Report)
{
    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private const int MostShownChars = 200;
    private static readonly int[] InterruptedCodes = [130, 143];

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The limit that it reached; null when it did not.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Whether somebody asked for its end, and not the limit.</summary>
    public bool WasStopped { get; init; }

    /// <summary>Why it did not start; null when it did.</summary>
    public string? StartError { get; init; }

    /// <summary>What this program ends with: the code of the command.</summary>
    public int Code => Limit is null ? End.Code : ExitCodes.TimedOut;

    /// <summary>A command that was not there, or that the system did not start.</summary>
    /// <param name="program">As it was given.</param>
    /// <param name="error">The error number.</param>
    /// <param name="words">What the system says about it.</param>
    /// <param name="at">When.</param>
    public static RunResult NotStarted(string program, int error, string words, DateTimeOffset at) =>
        new(new ChildEnd(error == Posix.NoEntry ? NotFound : NotExecutable, null) { Duration = TimeSpan.Zero },
            new HarnessReport { Harness = HarnessNames.OfProgram(program) })
        {
            StartedAt = at,
            StartError = $"{Short(program)}: {(error == Posix.NoEntry ? "command not found" : words)}",
        };

    /// <summary>The outcome, before anything checks it.</summary>
    public Outcome Outcome
    {
        get
        {
            if (Limit is not null) return Outcome.Timeout;
            if (WasInterrupted) return Outcome.Cancelled;
            if (End.Code == 0) return Report.Outcome ?? Outcome.Success;
            return Report.Outcome == Outcome.Cancelled ? Outcome.Cancelled : Outcome.Failure;
        }
    }

    /// <summary>Why it did not succeed; null when it did. What the agent program says is worth more than its exit code.</summary>
    public string? Error
    {
        get
        {
            if (StartError is not null) return StartError;
            if (Limit is { } limit) return $"not done within {limit.TotalSeconds:0.###} s";
            if (Report.Error is not null && Outcome != Outcome.Success) return Report.Error;
            if (End.Signal is { } signal) return $"ended by {ChildEnd.NameOf(signal)}";
            return End.ExitCode is 0 or null ? null : $"exit code {End.ExitCode}";
        }
    }

    /// <summary>A text as part of an error, which must not be too long to be recorded.</summary>
    public static string Short(string text) =>
        text.Length <= MostShownChars ? text : $"{text[..(char.IsHighSurrogate(text[MostShownChars - 1]) ? MostShownChars - 1 : MostShownChars)]}…";

    private bool WasInterrupted => End.Signal is Posix.SigInt or Posix.SigTerm || InterruptedCodes.Contains(End.Code) || (WasStopped && End.Code != 0);
}
