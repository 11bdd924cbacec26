using System.CommandLine;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Cli.Service;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>
/// A verb that asks one question and shows the answer: as the service gave it with `--json`, else as something a person can read;
/// once, or again and again with `--watch` where it makes sense.
/// </summary>
/// <typeparam name="TAnswer">The answer on the wire.</typeparam>
internal abstract class ReadVerb<TAnswer> : Command
{
    private readonly Shell _shell;
    private readonly WatchOptions? _watch;

    protected ReadVerb(Shell shell, string name, string description, bool canWatch) : base(name, description)
    {
        _shell = shell;
        _watch = canWatch ? new WatchOptions(this) : null;
        SetAction(RunAsync);
    }

    /// <summary>What to ask.</summary>
    protected abstract Question Ask(ParseResult given);

    /// <summary>The answer for people.</summary>
    protected abstract IRenderable Show(TAnswer answer, ParseResult given);

    /// <summary>What the answer means to a script.</summary>
    protected virtual int CodeOf(TAnswer answer) => ExitCodes.Ok;

    /// <summary>Status codes beside 200 that carry the answer, too.</summary>
    protected virtual int[] AlsoFine => [];

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        var view = new AnswerView(_shell, given);
        var interval = _watch?.IntervalOf(given);
        return interval is { } every ? await view.WatchAsync(token => AskAsync(given, token), every, stop) : view.Show(await AskAsync(given, stop));
    }

    // A log directory is read anew each time: what is shown is what it holds now.
    private async Task<Answered> AskAsync(ParseResult given, CancellationToken stop)
    {
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Read, stop);
        var json = await service.GetAsync(Ask(given).ToString(), stop, AlsoFine);
        var answer = JsonSerializer.Deserialize<TAnswer>(json, AnswerJson.Options)
            ?? throw new CliException(ExitCodes.Failed, $"{service.Name} answered with something else: {Encoding.UTF8.GetString(json.AsSpan(0, Math.Min(json.Length, 200)))}");
        return new Answered(json, Show(answer, given), CodeOf(answer));
    }
}

/// <summary>One answer: as it came, for people, and for scripts.</summary>
internal sealed record Answered(byte[] Json, IRenderable Picture, int ExitCode);
