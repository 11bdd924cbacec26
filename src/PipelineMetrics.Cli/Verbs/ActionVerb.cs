using System.CommandLine;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>A verb that asks for one change and tells what came of it.</summary>
/// <typeparam name="TAnswer">The answer on the wire.</typeparam>
internal abstract class ActionVerb<TAnswer> : Command
{
    private readonly Shell _shell;

    protected ActionVerb(Shell shell, string name, string description) : base(name, description)
    {
        _shell = shell;
        SetAction(RunAsync);
    }

    /// <summary>What to send.</summary>
    /// <exception cref="CliException">What was given makes no sense.</exception>
    protected abstract HttpRequestMessage Request(ParseResult given);

    /// <summary>What to send, as a person may look at it before; null where a dry run is the service's business.</summary>
    protected virtual string? Preview(ParseResult given) => null;

    /// <summary>The answer for people.</summary>
    protected abstract IRenderable Show(TAnswer answer, ParseResult given);

    /// <summary>What to do when it is not known whether it was done.</summary>
    protected virtual string Advice(ParseResult given) => "";

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        using var request = Request(given);
        if (Preview(given) is { } preview)
        {
            await _shell.Out.WriteLineAsync(preview);
            return ExitCodes.Ok;
        }
        var json = await Progressing.RunAsync(
            _shell.Messages(given.GetValue(CommonOptions.NoColor)), Name, null, _ => SendAsync(request, given, stop));
        var answer = JsonSerializer.Deserialize<TAnswer>(json, AnswerJson.Options)!;
        return new AnswerView(_shell, given).Show(new Answered(json, Show(answer, given), ExitCodes.Ok));
    }

    private async Task<byte[]> SendAsync(HttpRequestMessage request, ParseResult given, CancellationToken stop)
    {
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Write, stop);
        try
        {
            using var answer = await service.SendAsync(request, stop, isLong: true);
            var body = await answer.Content.ReadAsByteArrayAsync(stop);
            return answer.IsSuccessStatusCode ? body : throw await Refusal.OfAsync(answer, stop);
        }
        catch (CliException e) when (e.ExitCode == ExitCodes.Unreachable && Advice(given).Length > 0)
        {
            throw new CliException(e.ExitCode, $"{e.Message} {Advice(given)}");
        }
    }

    /// <summary>A POST of a JSON text.</summary>
    protected static HttpRequestMessage Post(string path, string? json = null) => new(HttpMethod.Post, path.TrimStart('/'))
    {
        Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
    };
}
