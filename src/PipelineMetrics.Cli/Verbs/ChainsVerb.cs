using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`chains`: where work is stuck; the chain whose oldest open task waits longest comes first.</summary>
internal sealed class ChainsVerb : ReadVerb<ChainListResponse>
{
    private readonly PipelineOptions _options;
    private readonly Option<int?> _limit = NumberOption.Whole("--limit", "How many chains, 1 to 1000; default 100");
    private readonly Option<string?> _cursor = new("--cursor") { Description = "The next of the page before", HelpName = "CURSOR" };

    public ChainsVerb(Shell shell) : base(shell, "chains", "Chains, first those that wait longest", canWatch: false)
    {
        _options = new PipelineOptions(this);
        Options.Add(_limit);
        Options.Add(_cursor);
    }

    protected override Question Ask(ParseResult given) => _options.Ask(Routes.Chains, given)
        .With("limit", given.GetValue(_limit)).With("cursor", given.GetValue(_cursor));

    protected override IRenderable Show(ChainListResponse answer, ParseResult given)
    {
        if (answer.Items.Count == 0) return new Line("No chains.");
        var verbose = given.GetValue(CommonOptions.Verbose);
        var table = new TextTable().Text("chain").Figure("open").Figure("completed").Figure("median")
            .Figure("waits", canBeMissed: true).Text("oldest open task", canBeMissed: true)
            .FigureIf(verbose, "tasks").FigureIf(verbose, "reworked").FigureIf(verbose, "p90");
        foreach (var chain in answer.Items) table.Row(RowOf(chain, verbose));
        if (answer.Next is not { } next) return table;
        return new Rows(table, new Line(new Cell($"{Figures.Count(answer.Total)} in all; the next page: --cursor {next}", Look.Quiet)));
    }

    private static Cell[] RowOf(ChainRecord chain, bool verbose)
    {
        var tasks = chain.Tasks;
        Cell[] more = verbose ? [Figures.Count(tasks.Total), Figures.Count(tasks.Reworked), Figures.Duration(tasks.P90CycleTimeMs / 1000m)] : [];
        return
        [
            new Cell(chain.ChainId, chain.Completed ? Look.Good : Style.Plain),
            new Cell(Figures.Count(chain.Open), chain.Open > 0 ? Look.Waiting : Style.Plain),
            Figures.Count(tasks.Completed), Figures.Duration(tasks.P50CycleTimeMs / 1000m),
            Figures.Duration(chain.OldestOpen?.WaitSeconds), chain.OldestOpen?.TaskId, .. more,
        ];
    }
}
