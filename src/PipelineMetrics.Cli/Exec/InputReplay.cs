namespace PipelineMetrics.Cli.Exec;

/// <summary>Standard input for one attempt after the other: a file is read again from where the first one began.</summary>
internal sealed class InputReplay
{
    private const int StandardInput = 0;
    private const int FromStart = 0;
    private const int FromHere = 1;
    private readonly long? _begin;

    private InputReplay(long? begin) => _begin = begin;

    public static InputReplay Of(ExecPlan plan) =>
        new(plan.Retries > 0 && Posix.Seek(StandardInput, 0, FromHere) is >= 0 and var begin ? begin : null);

    /// <summary>Goes back to the begin. False when what an attempt read is gone; a terminal has not lost anything.</summary>
    public bool TryRewind() => _begin is { } begin ? Posix.Seek(StandardInput, begin, FromStart) >= 0 : Posix.IsTerminal(StandardInput) == 1;
}
