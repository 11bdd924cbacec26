using System.CommandLine;
using PipelineMetrics.Cli.Service;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>A verb that asks one question.</summary>
/// <typeparam name="TAnswer">The answer on the wire.</typeparam>
internal abstract class ReadVerb<TAnswer>(Shell shell, string name, string description, bool canWatch) : LookVerb(shell, name, description, canWatch)
{
    /// <summary>What to ask.</summary>
    protected abstract Question Ask(ParseResult given);

    /// <summary>The answer for people.</summary>
    protected abstract IRenderable Show(TAnswer answer, ParseResult given);

    /// <summary>What the answer means to a script.</summary>
    protected virtual int CodeOf(TAnswer answer) => ExitCodes.Ok;

    /// <summary>Status codes beside 200 that carry the answer, too.</summary>
    protected virtual int[] AlsoFine => [];

    protected override async Task<Answered> AskAsync(ServiceConnection service, ParseResult given, CancellationToken stop)
    {
        var json = await service.GetAsync(Ask(given).ToString(), stop, AlsoFine);
        var answer = AnswerJson.Read<TAnswer>(json, service);
        return new Answered(json, Show(answer, given), CodeOf(answer));
    }
}

/// <summary>One answer: as it came, for people, and for scripts.</summary>
internal sealed record Answered(byte[] Json, IRenderable Picture, int ExitCode);
