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
        var startedAt = clock.GetUtcNow();
        if (ChildProcess.TryStart(start, clock, out var error) is not { } child)
            return RunResult.NotStarted(start.Command[0], error, Marshal.GetPInvokeErrorMessage(error), startedAt);
        signals.Attach(child);
        var copy = child.Output is { } output ? OutputCopy.Start(output, reader) : null;
        var isOver = limit is { } most && !await EndsWithinAsync(child, most);
        var end = await child.Ended;
        if (copy is not null && !await copy.FinishAsync(clock))
            say("something that the command left running holds its output; what it still prints may be lost");
        if (copy?.Error is { } trouble) say($"the output could not be written: {trouble}");
        return new RunResult(end, Told(reader, end, say))
        {
            StartedAt = startedAt,
            Limit = isOver ? limit : null,
            WasStopped = !isOver && signals.Stop.IsCancellationRequested,
        };
    }

    private static HarnessReport Told(HarnessOutput reader, ChildEnd end, Action<string> say)
    {
        try
        {
            return reader.Finish(end.ExitCode);
        }
        catch (Exception e)
        {
            // The run is over and has its result, whatever is wrong with what it said about itself.
            say($"what the command said about its run cannot be read: {e.Message}");
            return new HarnessReport { Harness = reader.Harness };
        }
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
