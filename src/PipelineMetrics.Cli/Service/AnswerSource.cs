using System.CommandLine;

namespace PipelineMetrics.Cli.Service;

/// <summary>
/// Whom a verb asks, once or again and again: a service over one connection; a log directory is read anew each time, so that what is
/// shown is what it holds now.
/// </summary>
internal sealed class AnswerSource : IAsyncDisposable
{
    private readonly Target _target;
    private ServiceConnection? _service;

    /// <exception cref="CliException">What was given names no source.</exception>
    public AnswerSource(ParseResult given, Shell shell)
    {
        _target = Target.Of(given, shell);
        _target.Announce(given, shell);
    }

    /// <summary>Asks.</summary>
    /// <param name="ask">Any number of questions; they may be asked side by side.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CliException">There is nothing to ask, or a question was not answered.</exception>
    public async Task<T> AskAsync<T>(Func<ServiceConnection, Task<T>> ask, CancellationToken stop)
    {
        if (_target.Log is null) return await ask(_service ??= await ServiceConnection.OpenAsync(_target, Use.Read, stop));
        await using var view = await ServiceConnection.OpenAsync(_target, Use.Read, stop);
        return await ask(view);
    }

    public ValueTask DisposeAsync() => _service?.DisposeAsync() ?? ValueTask.CompletedTask;
}
