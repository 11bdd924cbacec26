using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`import`: takes another log, from files, from a pipe, or from what git knows. Importing again adds nothing.</summary>
internal sealed class ImportVerb : Command
{
    private const int MostShown = 20;
    private readonly Shell _shell;
    private readonly Argument<string[]> _files = new("FILE") { Description = "Files of NDJSON or a JSON array, compressed (.gz) or not; - for stdin", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _format = new("--format") { Description = "detect, adr-009, spec-026 or native", HelpName = "FORMAT", DefaultValueFactory = _ => "detect" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be imported" };
    private readonly GitOptions _git;

    public ImportVerb(Shell shell) : base("import", "Import another log; again adds nothing")
    {
        _shell = shell;
        Arguments.Add(_files);
        Options.Add(_format);
        Options.Add(_dryRun);
        _git = new GitOptions(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        var files = given.GetValue(_files) ?? [];
        var repository = _git.RepositoryOf(given);
        if (files.Length == 0 == repository is null) throw new CliException(ExitCodes.Usage, "import: give either files (- for stdin) or --from-git");
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Write, stop);
        var receipts = new List<(string Name, ImportReceipt Receipt)>();
        if (repository is not null)
            receipts.Add(await SendAsync(service, given, new ImportSource(repository, await _git.ReadAsync(given, stop), null), "adr-009", stop));
        foreach (var file in files)
            receipts.Add(await SendAsync(service, given, ImportSource.OfFile(file), given.GetValue(_format)!, stop));
        return Show(receipts, given);
    }

    private async Task<(string, ImportReceipt)> SendAsync(ServiceConnection service, ParseResult given, ImportSource source, string format, CancellationToken stop)
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

    private int Show(List<(string Name, ImportReceipt Receipt)> receipts, ParseResult given)
    {
        foreach (var (name, receipt) in receipts)
        {
            if (given.GetValue(CommonOptions.Json)) _shell.Out.WriteLine(JsonSerializer.Serialize(receipt));
            else _shell.Screen(given.GetValue(CommonOptions.NoColor)).Write(Picture(name, receipt));
        }
        return receipts.Exists(r => r.Receipt.RejectedCount > 0) ? ExitCodes.Partial : ExitCodes.Ok;
    }

    private static Rows Picture(string name, ImportReceipt receipt)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(Markup.Escape(name) + (receipt.DryRun ? " (dry run)" : ""));
        table.AddColumn(new TableColumn("lines").RightAligned());
        table.AddRow("read", Figures.Count(receipt.Read));
        table.AddRow(receipt.DryRun ? "would be imported" : "imported", Figures.Count(receipt.Imported));
        table.AddRow("there before", Figures.Count(receipt.Duplicate));
        table.AddRow("rejected", Figures.Count(receipt.RejectedCount));
        IEnumerable<IRenderable> rejected = receipt.Rejected.Take(MostShown).Select(line => new Text($"line {line.Line}: {line.Reason} ({line.Code})"));
        IEnumerable<IRenderable> more = receipt.RejectedCount > MostShown ? [new Text($"and {receipt.RejectedCount - MostShown} more; --json names 1,000")] : [];
        IEnumerable<IRenderable> warnings = (receipt.Warnings ?? []).Select(w => new Text($"warning: {w.Warning} ({w.Lines} lines)"));
        return new Rows([table, .. rejected, .. more, .. warnings]);
    }
}
