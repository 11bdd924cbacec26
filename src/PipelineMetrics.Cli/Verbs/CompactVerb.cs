using System.CommandLine;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`compact`: lets the oldest part of the log leave.</summary>
internal sealed class CompactVerb : ActionVerb<CompactResponse>
{
    private readonly Option<string> _before = new("--before")
    {
        Description = "Files whose newest fact is older than this: 30d, or a time with offset",
        HelpName = "WHEN",
        Required = true,
    };

    private readonly Option<bool> _seal = new("--seal") { Description = "Seal the active files first, so that they may leave too" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would leave" };

    public CompactVerb(Shell shell) : base(shell, "compact", "Archive the oldest part of the log")
    {
        Options.Add(_before);
        Options.Add(_seal);
        Options.Add(_dryRun);
    }

    protected override HttpRequestMessage Request(ParseResult given) => Post(Routes.Compact, JsonSerializer.Serialize(new CompactRequest
    {
        Before = given.GetValue(_before),
        Seal = given.GetValue(_seal),
        DryRun = given.GetValue(_dryRun),
    }));

    protected override IRenderable Show(CompactResponse answer, ParseResult given)
    {
        var what = answer.DryRun ? "would leave" : "left";
        if (answer.Archived.Count == 0) return new Rows([new Line($"nothing {what}"), .. Kept(answer)]);
        var table = new TextTable().Text($"file that {what}").Figure("lines").Figure("bytes").Figure("archived", canBeMissed: true);
        foreach (var file in answer.Archived)
            table.Row(file.File, Figures.Count(file.Lines), Figures.Count(file.Bytes), file.ArchivedBytes is { } bytes ? Figures.Count(bytes) : "");
        return new Rows([table, .. Kept(answer)]);
    }

    private static IEnumerable<IRenderable> Kept(CompactResponse answer) => answer.KeptBecause.Select(file => new Line($"{file.File} stays: {file.Reason}"));
}
