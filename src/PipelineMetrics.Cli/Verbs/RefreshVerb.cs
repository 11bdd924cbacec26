using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`refresh`: writes the figures of the pipeline beside the log.</summary>
internal sealed class RefreshVerb(Shell shell)
    : ActionVerb<PipelineResponse>(shell, "refresh", "Write the figures of the pipeline to aggregates.json beside the log, as ADR-009 has them")
{
    protected override HttpRequestMessage Request(ParseResult given) => Post(Routes.PipelineRefresh);

    protected override IRenderable Show(PipelineResponse answer, ParseResult given) => new Line(
        $"aggregates.json is written: {Figures.Count(answer.EventCount, "fact")}, {Figures.Count(answer.Tasks.Total, "task")}, "
        + $"{Figures.Count(answer.Chains.Total, "chain")}");
}
