using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`queue`: what waits, in the order in which it should be taken, and when it should be done.</summary>
internal sealed class QueueVerb : ReadVerb<QueueResponse>
{
    private const int UsuallyShown = 10;


    private readonly Option<int?> _limit = NumberOption.Whole(
        "--limit", $"How many tasks, 1 to 1000; default the first {UsuallyShown}, and 100 with --json");

    private readonly Option<string?> _taskType = new("--task-type") { Description = "Only tasks of this type", HelpName = "VALUE" };
    private readonly Option<string?> _chain = new("--chain-id") { Description = "Only tasks of this chain; empty: of none", HelpName = "VALUE" };
    private readonly Option<string?> _runner = new("--runner") { Description = "Only what this runner has claimed", HelpName = "VALUE" };
    private readonly Option<string?> _cursor = new("--cursor") { Description = "The next of the page before", HelpName = "CURSOR" };

    public QueueVerb(Shell shell) : base(shell, "queue", "What waits, in the order in which it should be taken", canWatch: true)
    {
        foreach (var option in (Option[])[_limit, _taskType, _chain, _runner, _cursor]) Options.Add(option);
    }

    protected override Question Ask(ParseResult given) => new Question(Routes.Queue)
        .With("limit", given.GetValue(_limit)).With("task_type", given.GetValue(_taskType))
        .With("chain_id", given.GetValue(_chain)).With("runner", given.GetValue(_runner)).With("cursor", given.GetValue(_cursor));

    protected override IRenderable Show(QueueResponse answer, ParseResult given)
    {
        var shown = given.GetValue(_limit) ?? UsuallyShown;
        var end = answer.ExpectedFinish is { } finish ? $", all done {Figures.Distance(finish, answer.ComputedAt)}" : "";
        var parts = new List<IRenderable>
        {
            new Line(new Cell($"{Figures.Count(answer.Total)} pending", answer.Total > 0 ? Look.Waiting : Style.Plain),
                $", {Figures.Count(answer.Running)} running on {Figures.Count(answer.Runners)} runners{end}"),
        };
        if (answer.Items.Count > 0) parts.AddRange([Line.Empty, QueueTable.Of(answer, shown, given.GetValue(CommonOptions.Verbose))]);
        if (answer.Retries.Count > 0) parts.AddRange([Line.Empty, QueueTable.OfRetries(answer, shown)]);
        return new Rows(parts);
    }
}
