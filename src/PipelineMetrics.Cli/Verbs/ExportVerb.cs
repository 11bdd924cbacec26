using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`export`: everything that was recorded, as a file or into a pipe.</summary>
internal sealed class ExportVerb : Command
{
    private readonly Shell _shell;
    private readonly RangeOptions _range;
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write; default stdout", HelpName = "FILE" };
    private readonly Option<string?> _format = new("--format") { Description = "ndjson (default), json or csv", HelpName = "FORMAT" };
    private readonly Option<string?> _kind = new("--kind") { Description = "completions or events; default both", HelpName = "KIND" };
    private readonly Option<string[]> _filters = new("--filter")
    {
        Description = "A filter of GET /events, NAME=VALUE; several times",
        HelpName = "NAME=VALUE",
    };

    public ExportVerb(Shell shell) : base("export", "Everything that was recorded, as a file")
    {
        _shell = shell;
        foreach (var option in (Option[])[_output, _format, _kind, _filters]) Options.Add(option);
        _range = new RangeOptions(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Read, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, QuestionOf(given).ToString().TrimStart('/'));
        using var answer = await service.SendAsync(request, stop, isLong: true);
        if (!answer.IsSuccessStatusCode) throw await Refusal.OfAsync(answer, stop);
        await using var content = await answer.Content.ReadAsStreamAsync(stop);
        var messages = _shell.Messages(given.GetValue(CommonOptions.NoColor));
        await Progressing.RunAsync(messages, "export", null, async report =>
        {
            await CopyAsync(new CountingStream(content, report), given.GetValue(_output), stop);
            return true;
        });
        return ExitCodes.Ok;
    }

    private Question QuestionOf(ParseResult given)
    {
        var question = new Question(Routes.Export).With("format", given.GetValue(_format)).With("kind", given.GetValue(_kind));
        foreach (var filter in given.GetValue(_filters) ?? [])
        {
            var at = filter.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw new CliException(ExitCodes.Usage, $"--filter: '{filter}' must be NAME=VALUE");
            question.With(filter[..at], filter[(at + 1)..]);
        }
        _range.AddTo(question, given);
        return question;
    }

    private async Task CopyAsync(CountingStream content, string? path, CancellationToken stop)
    {
        try
        {
            if (path is null) await CopyToTextAsync(content, stop);
            else await CopyToFileAsync(content, path, stop);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new CliException(ExitCodes.Failed, $"the export broke off: {e.Message}");
        }
    }

    private async Task CopyToTextAsync(CountingStream content, CancellationToken stop)
    {
        using var reader = new StreamReader(content);
        var buffer = new char[1 << 14];
        for (int read; (read = await reader.ReadAsync(buffer, stop)) > 0;) await _shell.Out.WriteAsync(buffer.AsMemory(0, read), stop);
        await _shell.Out.FlushAsync(stop);
    }

    // Under its name it is whole: what broke off leaves what was there before.
    private static async Task CopyToFileAsync(CountingStream content, string path, CancellationToken stop)
    {
        var part = path + ".part";
        try
        {
            await using (var file = new FileStream(part, FileMode.Create, FileAccess.Write)) await content.CopyToAsync(file, stop);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCodes.Failed, $"{path}: {e.Message}");
        }
        finally
        {
            if (File.Exists(part)) File.Delete(part);
        }
    }
}
