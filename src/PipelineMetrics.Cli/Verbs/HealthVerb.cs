using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`health`: how the pipeline is, with a reason for each check. The exit code says it, too.</summary>
internal sealed class HealthVerb(Shell shell)
    : ReadVerb<HealthResponse>(shell, "health", "How the pipeline is; ends with 0 healthy, 1 degraded, 2 unhealthy", canWatch: true)
{
    private const int Degraded = 1;
    private const int Unhealthy = 2;

    // Unhealthy comes with a 503, and is the answer all the same.
    protected override int[] AlsoFine => [503];

    protected override Question Ask(ParseResult given) => new(Routes.Health);

    protected override int CodeOf(HealthResponse answer) => answer.Status switch { "healthy" => ExitCodes.Ok, "degraded" => Degraded, _ => Unhealthy };

    protected override IRenderable Show(HealthResponse answer, ParseResult given)
    {
        var verbose = given.GetValue(CommonOptions.Verbose);
        var table = new TextTable().Text("").Text("check").FigureIf(verbose, "value").FigureIf(verbose, "limit").FigureIf(verbose, "since").Text("");
        foreach (var (name, check) in answer.Checks)
        {
            var mark = check.Ok ? new Cell("ok", Look.Good) : new Cell("fails", Look.Bad);
            Cell[] more = verbose ? [Figures.Number(check.Value), Figures.Number(check.Threshold), Figures.Distance(check.Since, answer.Timestamp)] : [];
            table.Row([mark, name, .. more, new Cell(check.Message, check.Ok ? Style.Plain : Look.Bad)]);
        }
        var failing = answer.Checks.Count(check => !check.Value.Ok);
        var of = failing == 0 ? $"all {answer.Checks.Count} checks are fine" : $"{failing} of {answer.Checks.Count} checks fail";
        return new Rows(new Line(Look.Word(answer.Status), $": {of}"), Line.Empty, table);
    }
}
