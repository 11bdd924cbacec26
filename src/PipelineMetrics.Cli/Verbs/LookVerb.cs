using System.CommandLine;
using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>
/// A verb that asks and shows: as the service gave it with `--json`, else as something a person can read; once, or again and again
/// with `--watch` where it makes sense.
/// </summary>
internal abstract class LookVerb : Command
{
    private readonly Shell _shell;
    private readonly WatchOptions? _watch;

    protected LookVerb(Shell shell, string name, string description, bool canWatch) : base(name, description)
    {
        _shell = shell;
        _watch = canWatch ? new WatchOptions(this) : null;
        SetAction(RunAsync);
    }

    /// <summary>Asks, and says what is to be shown.</summary>
    protected abstract Task<Answered> AskAsync(ServiceConnection service, ParseResult given, CancellationToken stop);

    /// <summary>How it is watched when nothing is said about it.</summary>
    protected virtual WatchDefaults Watching(ParseResult given, Shell shell) => WatchDefaults.Usual;

    protected virtual async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        var view = new AnswerView(_shell, given);
        var interval = _watch?.IntervalOf(given, Watching(given, _shell));
        await using var source = new AnswerSource(given, _shell);
        return interval is { } every ? await view.WatchAsync(OnceAsync, every, stop) : view.Show(await OnceAsync(stop));

        Task<Answered> OnceAsync(CancellationToken token) => source.AskAsync(service => AskAsync(service, given, token), token);
    }
}
