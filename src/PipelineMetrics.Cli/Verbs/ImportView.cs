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
        if (given.GetValue(CommonOptions.Json)) shell.Out.WriteLine(JsonSerializer.Serialize(receipt));
        else shell.Screen(given.GetValue(CommonOptions.NoColor)).Write(Picture(name, receipt));
    }

    /// <summary>Of sessions that became lines.</summary>
    public void Show(string name, ImportReceipt receipt, TranscriptReport sessions)
    {
        if (given.GetValue(CommonOptions.Json))
        {
            shell.Out.WriteLine($$"""{"transcripts":{{JsonSerializer.Serialize(sessions, Snake)}},"import":{{JsonSerializer.Serialize(receipt)}}}""");
            return;
        }
        var screen = shell.Screen(given.GetValue(CommonOptions.NoColor));
        screen.Write(Picture(sessions));
        screen.Write(Picture(name, receipt));
    }

    private static Rows Picture(string name, ImportReceipt receipt)
    {
        var table = NewTable(name + (receipt.DryRun ? " (dry run)" : ""), "lines");
        Add(table, "read", receipt.Read);
        Add(table, receipt.DryRun ? "would be imported" : "imported", receipt.Imported);
        Add(table, "there before", receipt.Duplicate);
        Add(table, "rejected", receipt.RejectedCount);
        IEnumerable<IRenderable> rejected = receipt.Rejected.Take(MostShown).Select(line => new Text($"line {line.Line}: {line.Reason} ({line.Code})"));
        IEnumerable<IRenderable> warnings = (receipt.Warnings ?? []).Select(w => new Text($"warning: {w.Warning} ({w.Lines} lines)"));
        return new Rows([table, .. rejected, .. More(receipt.RejectedCount), .. warnings]);
    }

    private static Rows Picture(TranscriptReport report)
    {
        var table = NewTable("sessions", "count");
        Add(table, "files read", report.Files);
        Add(table, "sessions found", report.Sessions);
        Add(table, "completions", report.Completions);
        Add(table, "went on after a rest", report.Revisions);
        Add(table, "may be going on", report.StillRunning);
        Add(table, "without an answer", report.WithoutAnswer);
        Add(table, "copies left out", report.Repeated);
        Add(table, "lines not understood", report.Skipped);
        IEnumerable<IRenderable> skipped = report.SkippedLines.Take(MostShown).Select(line => new Text($"{line.File} line {line.Line}: {line.Reason}"));
        IEnumerable<IRenderable> unpriced = report.UnpricedModels.Select(model => new Text($"no price: {model.Model} ({model.Completions} completions have no cost)"));
        return new Rows([table, .. skipped, .. More(report.Skipped), .. unpriced]);
    }

    private static Table NewTable(string what, string count) =>
        new Table().Border(TableBorder.Rounded).AddColumn(Markup.Escape(what)).AddColumn(new TableColumn(count).RightAligned());

    private static void Add(Table table, string what, long count) => table.AddRow(what, Figures.Count(count));

    private static IEnumerable<IRenderable> More(long all) => all > MostShown ? [new Text($"and {all - MostShown} more; --json names 1,000")] : [];
}
