using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`metrics`: how often attempts succeed and how long they take.</summary>
internal sealed class MetricsVerb : ReadVerb<MetricsResponse>
{
    private readonly RangeOptions _range;

    public MetricsVerb(Shell shell) : base(shell, "metrics", "How often attempts succeed and how long they take", canWatch: true) => _range = new RangeOptions(this);

    protected override Question Ask(ParseResult given)
    {
        var question = new Question(Routes.Metrics);
        _range.AddTo(question, given);
        return question;
    }

    protected override IRenderable Show(MetricsResponse answer, ParseResult given)
    {
        var table = new Table().AddColumn("");
        table.AddColumn(new TableColumn("value").RightAligned());
        table.AddRow("completed", Figures.Count(answer.SuccessRate.Completed));
        table.AddRow("failed", Figures.Count(answer.SuccessRate.Failed));
        table.AddRow("success rate", Figures.Percent(answer.SuccessRate.Rate));
        table.AddRow("p50", Figures.Duration(answer.ExecutionTime.P50Seconds));
        table.AddRow("p95", Figures.Duration(answer.ExecutionTime.P95Seconds));
        return table;
    }
}
