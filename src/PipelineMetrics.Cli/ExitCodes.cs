namespace PipelineMetrics.Cli;

/// <summary>What the exit codes mean. `health` has its own: 0 healthy, 1 degraded, 2 unhealthy. `exec` ends with the code of its command.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int Rejected = 4;
    public const int Partial = 5;
    public const int TimedOut = 124;
    public const int Interrupted = 130;
}

/// <summary>Ends a command with one line on stderr.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What went wrong and what to do, for people.</param>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
