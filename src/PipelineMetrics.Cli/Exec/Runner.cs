using System.Runtime.InteropServices;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Runs a command as if we were not there, and says how it went.</summary>
internal sealed class Runner(SignalRelay signals, TimeProvider clock)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="start">The command.</param>
    /// <param name="reader">Reads along, if its output is read.</param>
    /// <param name="limit">How long it may take; null for as long as it takes.</param>
    /// <param name="say">Is told what a person should know.</param>
    public async Task<RunResult> RunAsync(ChildStart start, HarnessOutput reader, TimeSpan? limit, Action<string> say)
    {
        var (startedAt, began) = (clock.GetUtcNow(), clock.GetTimestamp());
        if (ChildProcess.TryStart(start, out var error) is not { } child)
            return RunResult.NotStarted(start.Command[0], error, Marshal.GetPInvokeErrorMessage(error), startedAt);
        signals.Attach(child);
        var copy = child.Output is { } output ? OutputCopy.Start(output, reader) : null;
        var isOver = limit is { } most && !await EndsWithinAsync(child, most);
        var end = await child.Ended;
        var duration = clock.GetElapsedTime(began);
        if (copy is not null && !await copy.FinishAsync(clock)) say("something that the command left running holds its output; what it still prints may be lost");
        if (copy?.Error is { } trouble) say($"the output could not be written: {trouble}");
        return new RunResult(end, reader.Finish(end.ExitCode))
        {
            StartedAt = startedAt,
            Duration = duration,
            Limit = isOver ? limit : null,
            WasStopped = !isOver && signals.Stop.IsCancellationRequested,
        };
    }

    /// <summary>Ends it when its time is over, and with it all that it started: asked first, and by force when that does not help.</summary>
    private async Task<bool> EndsWithinAsync(ChildProcess child, TimeSpan limit)
    {
        await ((Task)child.Ended).WaitAsync(limit, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (child.Ended.IsCompleted) return true;
        var tree = new ProcessTree(child);
        tree.Signal(Posix.SigTerm);
        await ((Task)child.Ended).WaitAsync(Grace, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        tree.Signal(Posix.SigKill);
        return false;
    }
}
