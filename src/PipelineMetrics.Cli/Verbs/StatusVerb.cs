using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`status`: what runs, who runs it, what finished last, and what a person should look at.</summary>
internal sealed class StatusVerb : ReadVerb<StatusResponse>
{
    private const int MostRows = 100;

    private readonly Option<int?> _limit = NumberOption.Whole("--limit", "How many of the last completions, 1 to 100; default 10");

    public StatusVerb(Shell shell) : base(shell, "status", "What runs, who runs it, what finished last", canWatch: true) => Options.Add(_limit);

    protected override Question Ask(ParseResult given) =>
        new Question(Routes.Status).With("limit", given.GetValue(_limit));

    protected override IRenderable Show(StatusResponse answer, ParseResult given)
    {
        var verbose = given.GetValue(CommonOptions.Verbose);
        List<IRenderable> parts = [Head(answer), .. StatusTables.Flags(answer)];
        if (answer.Runners.Count > 0) parts.AddRange([Line.Empty, StatusTables.Runners(answer, MostRows, verbose)]);
        if (answer.Active.Count > 0) parts.AddRange([Line.Empty, StatusTables.Active(answer, MostRows, verbose)]);
        if (answer.LastCompletions.Count > 0) parts.AddRange([Line.Empty, StatusTables.Finished(answer, MostRows, verbose)]);
        return new Rows(parts);
    }

    /// <summary>The status and how many tasks stand where.</summary>
    private static Line Head(StatusResponse answer) =>
        new(Look.Word(answer.Status), $": {string.Join(", ", answer.Counts.Select(count => $"{Figures.Count(count.Value)} {count.Key.Replace('_', ' ')}"))}");
}
