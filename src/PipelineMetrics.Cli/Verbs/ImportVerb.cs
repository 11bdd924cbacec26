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
        if (repository is not null)
            return await ShowAsync(service, given, new ImportSource(repository, await _git.ReadAsync(given, stop), null), "adr-009", stop);
        var code = ExitCodes.Ok;
        foreach (var file in files)
            code = Math.Max(code, await ShowAsync(service, given, ImportSource.OfFile(file), given.GetValue(_format)!, stop));
        return code;
    }

    // Each is shown before the next begins, which may fail.
    private async Task<int> ShowAsync(ServiceConnection service, ParseResult given, ImportSource source, string format, CancellationToken stop)
    {
        var sent = await SendAsync(service, given, source, format, stop);
        new ImportView(_shell, given).Show(source.Name, sent.Receipt);
        return sent.CodeOrThrow();
    }

    private async Task<int> SessionsAsync(ServiceConnection service, ParseResult given, string program, string[] paths, CancellationToken stop)
    {
        var (lines, sessions) = _transcripts.Read(given, paths, stop);
        var sent = await SendAsync(service, given, new ImportSource(program, lines, null), "native", stop);
        new ImportView(_shell, given).Show(program, sent.Receipt, sessions.Report);
        return sent.CodeOrThrow();
    }

    private async Task<Sent> SendAsync(
        ServiceConnection service, ParseResult given, ImportSource source, string format, CancellationToken stop)
    {
        await using (source)
        {
            var messages = _shell.Messages(given.GetValue(CommonOptions.NoColor));
            return await Progressing.RunAsync(messages, source.Name, source.Bytes, async report =>
            {
                using var request = Request(new CountingStream(source.Content, report), source, format, given.GetValue(_dryRun));
                using var answer = await service.SendAsync(request, stop, isLong: true);
                var refusal = answer.IsSuccessStatusCode ? null : await Refusal.OfAsync(answer, stop);
                var body = await answer.Content.ReadAsByteArrayAsync(stop);
                if (refusal is not null && !IsReceipt(body)) throw refusal;
                return new Sent(JsonSerializer.Deserialize<ImportReceipt>(body, AnswerJson.Options)!, refusal);
            });
        }
    }

    // A refusal says what is durable of what it ended, in the members of a receipt.
    private static bool IsReceipt(byte[] problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("imported", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <param name="Receipt">What came of the lines.</param>
    /// <param name="Refusal">Why the service took no more of them; null when it took all.</param>
    private sealed record Sent(ImportReceipt Receipt, CliException? Refusal)
    {
        public int CodeOrThrow()
        {
            if (Refusal is not null) throw Receipt.Imported > 0 ? new CliException(ExitCodes.Partial, Refusal.Message) : Refusal;
            return Receipt.RejectedCount > 0 ? ExitCodes.Partial : ExitCodes.Ok;
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
