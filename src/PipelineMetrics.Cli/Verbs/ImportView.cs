using System.CommandLine;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using PipelineMetrics.Transcripts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>What came of an import.</summary>
internal sealed class ImportView(Shell shell, ParseResult given)
{
    private const int MostShown = 20;
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Of lines.</summary>
    public void Show(string name, ImportReceipt receipt)
    {
        if (given.GetValue(CommonOptions.Json)) shell.Out.WriteLine(shell.Json(JsonSerializer.Serialize(receipt)));
        else Draw(Picture(name, receipt));
    }

    /// <summary>Of sessions that became lines.</summary>
    public void Show(string name, ImportReceipt receipt, TranscriptReport sessions)
    {
        if (given.GetValue(CommonOptions.Json))
        {
            var told = $$"""{"transcripts":{{JsonSerializer.Serialize(sessions, Snake)}},"import":{{JsonSerializer.Serialize(receipt)}}}""";
            shell.Out.WriteLine(shell.Json(told));
            return;
        }
        Draw(new Rows(Picture(sessions), Picture(name, receipt)));
    }

    private void Draw(IRenderable picture) => shell.Out.Write(shell.Draw(picture, given.GetValue(CommonOptions.NoColor)));

    private static Rows Picture(string name, ImportReceipt receipt)
    {
        var table = new TextTable().Text(name + (receipt.DryRun ? " (dry run)" : "")).Figure("lines")
            .Row("read", Figures.Count(receipt.Read))
            .Row(receipt.DryRun ? "would be imported" : "imported", Figures.Count(receipt.Imported))
            .Row("there before", Figures.Count(receipt.Duplicate))
            .Row("rejected", new Cell(Figures.Count(receipt.RejectedCount), receipt.RejectedCount > 0 ? Look.Bad : Style.Plain));
        IEnumerable<IRenderable> warnings = (receipt.Warnings ?? []).Select(w => new Line($"warning: {w.Warning} ({Figures.Count(w.Lines, "line")})"));
        return new Rows([table, .. Rejected(receipt), .. warnings]);
    }

    // What many lines have in common is said once.
    private static IEnumerable<IRenderable> Rejected(ImportReceipt receipt)
    {
        var reasons = receipt.Rejected.GroupBy(line => (line.Code, line.Reason)).Take(MostShown).ToList();
        foreach (var lines in reasons)
        {
            var others = lines.Count() - 1;
            var like = others == 0 ? "" : $" and {Figures.Count(others, "other")}";
            yield return new Line($"line {lines.First().Line}{like}: {lines.Key.Reason} ({lines.Key.Code})");
        }
        var left = receipt.RejectedCount - reasons.Sum(lines => lines.Count());
        if (left > 0) yield return new Line($"and {Figures.Count(left)} more; --json names 1,000");
    }

    private static Rows Picture(TranscriptReport report)
    {
        var table = new TextTable().Text("sessions").Figure("")
            .Row("files read", Figures.Count(report.Files))
            .Row("sessions found", Figures.Count(report.Sessions))
            .Row("completions", Figures.Count(report.Completions))
            .Row("went on after a rest", Figures.Count(report.Revisions))
            .Row("may be going on", Figures.Count(report.StillRunning))
            .Row("without an answer", Figures.Count(report.WithoutAnswer))
            .Row("copies left out", Figures.Count(report.Repeated))
            .Row("lines not understood", new Cell(Figures.Count(report.Skipped), report.Skipped > 0 ? Look.Waiting : Style.Plain));
        IEnumerable<IRenderable> skipped = report.SkippedLines.Take(MostShown).Select(line =>
            new Line($"{line.File}{(line.Line == 0 ? "" : $" line {line.Line}")}: {line.Reason}"));
        IEnumerable<IRenderable> unpriced = report.UnpricedModels.Select(model =>
            new Line($"no price: {model.Model} ({Figures.Count(model.Completions, "completion")} without a cost)"));
        return new Rows([table, .. skipped, .. More(report.Skipped), .. unpriced, Line.Empty]);
    }

    private static IEnumerable<IRenderable> More(long all) => all > MostShown ? [new Line($"and {all - MostShown} more; --json names 1,000")] : [];
}
