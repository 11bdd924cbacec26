using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Log;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`verify`: reads a whole log again and says what is wrong with it. Ends with 0 when nothing is, else with 1.</summary>
internal sealed class VerifyVerb : Command
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly Shell _shell;
    private readonly Option<bool> _accept = new("--accept")
    {
        Description = "Take deliberate edits into the books, such as a secret that was blanked; nobody may write the log meanwhile",
    };

    public VerifyVerb(Shell shell) : base("verify", "Read a whole log again and say what is wrong with it; needs --log")
    {
        _shell = shell;
        Options.Add(_accept);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken stop)
    {
        var directory = given.GetValue(CommonOptions.Log)
            ?? throw new CliException(ExitCodes.Usage, "verify reads files: give the directory of the log with --log");
        var bytes = BytesIn(directory);
        var options = new LogOptions { Directory = directory };
        try
        {
            var edits = given.GetValue(_accept) ? EditAcceptor.Accept(new RealDisk(), options, _shell.Clock) : [];
            var messages = _shell.Messages(given.GetValue(CommonOptions.NoColor));
            var report = await Progressing.RunAsync(
                messages, "verify", bytes, told => Task.Run(() => JournalVerifier.Verify(new RealDisk(), options, told), stop)).WaitAsync(stop);
            Show(report, edits, given);
            return report.Ok ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception e) when (e is DiskException or LogFormatException or LogInUseException)
        {
            throw new CliException(ExitCodes.Failed, e.Message);
        }
    }

    // A directory that was mistyped must not pass for a log without damage.
    private static long BytesIn(string directory)
    {
        if (!Directory.Exists(directory)) throw new CliException(ExitCodes.Failed, $"{directory}: there is no such directory");
        var files = new DirectoryInfo(directory).GetFiles();
        if (!Array.Exists(files, file => file.Name is "metrics.jsonl" or "events.jsonl" or "journal.json"))
            throw new CliException(ExitCodes.Failed, $"{directory}: there is no log in it, no metrics.jsonl, events.jsonl or journal.json");
        return files.Where(file => file.Extension == ".jsonl").Sum(file => file.Length);
    }

    private void Show(VerifyReport report, IReadOnlyList<AcceptedEdit> edits, ParseResult given)
    {
        if (given.GetValue(CommonOptions.Json))
        {
            var told = new { report.Ok, report.Lines, report.ForeignLines, report.Segments, report.LastSeq, report.Damage, Accepted = edits };
            _shell.Out.WriteLine(_shell.Json(JsonSerializer.Serialize(told, Json)));
            return;
        }
        _shell.Out.Write(_shell.Draw(Picture(report, edits), given.GetValue(CommonOptions.NoColor)));
    }

    private static Rows Picture(VerifyReport report, IReadOnlyList<AcceptedEdit> edits)
    {
        IEnumerable<IRenderable> accepted = edits.Select(edit =>
            new Line($"accepted: {edit.File}{(edit.Seqs.Count == 0 ? "" : $", lines with the numbers {string.Join(", ", edit.Seqs)}")}"));
        var verdict = new Line(report.Ok ? new Cell("the log is whole", Look.Good)
            : new Cell($"the log is damaged: {Figures.Count(report.Damage.Count, "finding")}", Look.Bad));
        var counts = new Line(
            $"{Figures.Count(report.Lines, "line")} in {Figures.Count(report.Segments, "file")} up to number {report.LastSeq}, "
            + $"{Figures.Count(report.ForeignLines)} of them without checksum");
        return new Rows([.. accepted, verdict, counts, .. Findings(report.Damage)]);
    }

    private static IEnumerable<IRenderable> Findings(IReadOnlyList<LogDamage> damage)
    {
        if (damage.Count == 0) return [];
        var table = new TextTable().Text("what").Text("file").Figure("at byte").Text("why");
        foreach (var found in damage) table.Row($"{found.Kind}", found.File, Figures.Count(found.Offset), found.Reason);
        return [Line.Empty, table];
    }
}
