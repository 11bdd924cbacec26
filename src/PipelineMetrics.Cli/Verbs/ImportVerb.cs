using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>
/// `import`: takes another log, from files, from a pipe, from what git knows, or from what agent programs keep. Importing again adds nothing.
/// </summary>
internal sealed class ImportVerb : Command
{
    private readonly Shell _shell;
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Files of NDJSON or a JSON array, compressed (.gz) or not; - for stdin. With --transcripts: files or directories",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> _format = new("--format")
    {
        Description = "detect, adr-009, spec-026 or native",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "detect",
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be imported" };
    private readonly GitOptions _git;
    private readonly TranscriptOptions _transcripts;

    public ImportVerb(Shell shell) : base("import", "Import another log; again adds nothing")
    {
        _shell = shell;
        Arguments.Add(_files);
        Options.Add(_format);
        Options.Add(_dryRun);
        _git = new GitOptions(this);
        _transcripts = new TranscriptOptions(this, shell);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        var files = given.GetValue(_files) ?? [];
        var (repository, program) = (_git.RepositoryOf(given), _transcripts.ProgramOf(given));
        if ((repository is not null && (files.Length > 0 || program is not null)) || (files.Length == 0 && repository is null && program is null))
            throw new CliException(ExitCodes.Usage, "import: give files (- for stdin), --from-git or --transcripts");
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Write, stop);
        if (program is not null) return await SessionsAsync(service, given, program, files, stop);
        var receipts = new List<(string Name, ImportReceipt Receipt)>();
        if (repository is not null)
            receipts.Add(await SendAsync(service, given, new ImportSource(repository, await _git.ReadAsync(given, stop), null), "adr-009", stop));
        foreach (var file in files)
            receipts.Add(await SendAsync(service, given, ImportSource.OfFile(file), given.GetValue(_format)!, stop));
        var view = new ImportView(_shell, given);
        foreach (var (name, receipt) in receipts) view.Show(name, receipt);
        return CodeOf(receipts.Select(r => r.Receipt));
    }

    private async Task<int> SessionsAsync(ServiceConnection service, ParseResult given, string program, string[] paths, CancellationToken stop)
    {
        var (lines, sessions) = _transcripts.Read(given, paths, stop);
        var (name, receipt) = await SendAsync(service, given, new ImportSource(program, lines, null), "native", stop);
        new ImportView(_shell, given).Show(name, receipt, sessions.Report);
        return CodeOf([receipt]);
    }

    private static int CodeOf(IEnumerable<ImportReceipt> receipts) => receipts.Any(receipt => receipt.RejectedCount > 0) ? ExitCodes.Partial : ExitCodes.Ok;

    private async Task<(string Name, ImportReceipt Receipt)> SendAsync(
        ServiceConnection service, ParseResult given, ImportSource source, string format, CancellationToken stop)
    {
        await using (source)
        {
            var messages = _shell.Messages(given.GetValue(CommonOptions.NoColor));
            return await Progressing.RunAsync(messages, source.Name, source.Bytes, async report =>
            {
                using var request = Request(new CountingStream(source.Content, report), source, format, given.GetValue(_dryRun));
                using var answer = await service.SendAsync(request, stop, isLong: true);
                if (!answer.IsSuccessStatusCode) throw await Refusal.OfAsync(answer, stop);
                var receipt = JsonSerializer.Deserialize<ImportReceipt>(await answer.Content.ReadAsByteArrayAsync(stop), AnswerJson.Options)!;
                return (source.Name, receipt);
            });
        }
    }

    private static HttpRequestMessage Request(Stream content, ImportSource source, string format, bool dryRun)
    {
        var question = new Question(Routes.Import).With("format", format).With("dry_run", dryRun ? "true" : null);
        var request = new HttpRequestMessage(HttpMethod.Post, question.ToString().TrimStart('/')) { Content = new StreamContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(source.IsArray ? "application/json" : "application/x-ndjson");
        if (source.IsCompressed) request.Content.Headers.ContentEncoding.Add("gzip");
        return request;
    }
}
