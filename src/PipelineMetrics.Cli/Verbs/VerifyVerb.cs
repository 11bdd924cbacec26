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
        var options = new LogOptions { Directory = directory };
        try
        {
            var edits = given.GetValue(_accept) ? EditAcceptor.Accept(new RealDisk(), options, _shell.Clock) : [];
            var messages = _shell.Messages(given.GetValue(CommonOptions.NoColor));
            var report = await Progressing.RunAsync(
                messages, "verify", BytesIn(directory), told => Task.Run(() => JournalVerifier.Verify(new RealDisk(), options, told), stop)).WaitAsync(stop);
            Show(report, edits, given);
            return report.Ok ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception e) when (e is DiskException or LogFormatException or LogInUseException)
        {
            throw new CliException(ExitCodes.Failed, e.Message);
        }
    }

    private static long BytesIn(string directory) => Directory.Exists(directory)
        ? new DirectoryInfo(directory).EnumerateFiles("*.jsonl").Sum(file => file.Length)
        : throw new CliException(ExitCodes.Failed, $"{directory}: there is no such directory");

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
        var verdict = new Line(report.Ok ? new Cell("the log is whole", Look.Good) : new Cell($"the log is damaged: {report.Damage.Count} findings", Look.Bad));
        var counts = new Line(
            $"{Figures.Count(report.Lines)} lines in {report.Segments} files up to number {report.LastSeq}, "
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
