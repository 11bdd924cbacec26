using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`timeseries`: the figures for each step of a range.</summary>
internal sealed class TimeseriesVerb : ReadVerb<SeriesAnswer>
{
    private const int BarCells = 20;
    private readonly FigureOptions _figures;

    private readonly Option<string?> _step = new("--step")
    {
        Description = "How long a step is: minute, 5m, 15m, 30m, hour, 6h, 12h, day, week, month; default: about 200 steps at most",
        HelpName = "LENGTH",
    };

    public TimeseriesVerb(Shell shell) : base(shell, "timeseries", "The figures for each step of a range", canWatch: false)
    {
        _figures = new FigureOptions(this);
        Options.Add(_step);
    }

    protected override Question Ask(ParseResult given)
    {
        var question = new Question(Routes.Timeseries);
        _figures.AddTo(question, given, _figures.Detail(given));
        return question.With("step", given.GetValue(_step));
    }

    protected override IRenderable Show(SeriesAnswer answer, ParseResult given)
    {
        var steps = answer.Steps.Where(step => step.SuccessRate.Total > 0).ToList();
        var left = answer.Steps.Count - steps.Count;
        var omitted = left > 0 ? $"  {left} without attempts are left out" : "";
        var head = new Line(new Cell($"Steps of {answer.Step}, UTC", Look.Strong), new Cell(omitted, Look.Quiet));
        List<IRenderable> parts = [head, Table(steps)];
        foreach (var groups in Groups(answer.Steps)) parts.AddRange([Line.Empty, groups]);
        return new Rows(parts);
    }

    private static TextTable Table(List<SeriesStep> steps)
    {
        var most = steps.Select(step => step.SuccessRate.Total).DefaultIfEmpty().Max();
        var table = new TextTable().Text("from").Figure("attempts").Figure("success").Figure("p50").Figure("p95")
            .Figure("per hour", canBeMissed: true).Text("", canBeMissed: true);
        foreach (var step in steps)
        {
            var n = step.SuccessRate.Total;
            table.Row(Figures.Time(step.From), Figures.Count(n), Figures.Percent(step.SuccessRate.Rate), Figures.Duration(step.P50), Figures.Duration(step.P95),
                Figures.Number(step.ThroughputPerHour), new string('█', (int)Math.Ceiling((decimal)n / most * BarCells)));
        }
        return table;
    }

    /// <summary>For each dimension, how many attempts of each value there were as time went by.</summary>
    private static IEnumerable<TextTable> Groups(IReadOnlyList<SeriesStep> steps)
    {
        var read = steps.Select(step => FigureGroup.In(step.More).ToDictionary(part => part.Dimension, part => part.Groups)).ToList();
        foreach (var dimension in read.SelectMany(step => step.Keys).Distinct())
        {
            var table = new TextTable().Text(dimension.Replace('_', ' ')).Figure("attempts").Chart("over time");
            foreach (var value in read.SelectMany(step => step[dimension].Keys).Distinct().Order(StringComparer.Ordinal))
            {
                decimal?[] counts = [.. read.Select(step => (decimal?)step[dimension].GetValueOrDefault(value)?.Count)];
                table.Row(value, Figures.Count((long)counts.Sum()!.Value), Sparkline.Of(counts));
            }
            if (read.Exists(step => step[dimension].Count > 0)) yield return table;
        }
    }
}
