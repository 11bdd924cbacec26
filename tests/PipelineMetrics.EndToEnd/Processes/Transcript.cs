using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>Everything a process says on one stream. Reading never stops before the end, so the process never waits for us.</summary>
internal sealed class Transcript
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Match> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Regex? _wanted;

    /// <param name="source">The stream.</param>
    /// <param name="wanted">What <see cref="Found"/> waits for; null when nothing is waited for.</param>
    public Transcript(TextReader source, Regex? wanted = null)
    {
        _wanted = wanted;
        End = ReadAsync(source);
    }

    /// <summary>The first match of what was wanted; ends with an error when the stream ends without one.</summary>
    public Task<Match> Found => _found.Task;

    /// <summary>Done when nobody holds the other end any more: the process and its children are gone.</summary>
    public Task End { get; }

    public override string ToString() => string.Join('\n', _lines);

    private async Task ReadAsync(TextReader source)
    {
        while (await source.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_wanted?.Match(line) is { Success: true } match) _found.TrySetResult(match);
        }
        _found.TrySetException(new EndOfStreamException("The stream ended without the line that was waited for."));
        // Not everybody waits for the line; whoever does sees the error all the same.
        _ = _found.Task.Exception;
    }
}
