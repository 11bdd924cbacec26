using System.CommandLine;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`metrics`: how often attempts succeed, how long they take, what they cost, by type and model.</summary>
internal sealed class MetricsVerb : ReadVerb<MetricsAnswer>
{
    private readonly FigureOptions _figures;

    private readonly Option<string?> _metric = new("--metric") { Description = "Only one part: time, success, by_task_type or by_model", HelpName = "NAME" };

    public MetricsVerb(Shell shell) : base(shell, "metrics", "How often attempts succeed, how long they take, what they cost", canWatch: true)
    {
        _figures = new FigureOptions(this);
        Options.Add(_metric);
    }

    // What people see is made of the detail; what scripts get is what they asked for.
    protected override Question Ask(ParseResult given)
    {
        var question = new Question(Routes.Metrics);
        _figures.AddTo(question, given, detail: _figures.Detail(given) || !given.GetValue(CommonOptions.Json));
        return question.With("metric", given.GetValue(_metric));
    }

    protected override IRenderable Show(MetricsAnswer answer, ParseResult given)
    {
        var all = _figures.Detail(given) || given.GetValue(CommonOptions.Verbose);
        var parts = new List<IRenderable>();
        if (answer.Window is { } window) parts.Add(new Line(new Cell("Attempts", Look.Strong), $"  {Bounds(window)}"));
        if (answer.TruncatedBefore is { } whole)
            parts.Add(new Line(new Cell($"what finished before {Figures.Time(whole)} UTC has left the log", Look.Waiting)));
        parts.Add(Whole(answer));
        foreach (var (dimension, groups) in FigureGroup.In(answer.More).Where(part => part.Groups.Count > 0))
            parts.AddRange([Line.Empty, Table(dimension, groups, all)]);
        return new Rows(parts);
    }

    private static TextTable Whole(MetricsAnswer answer)
    {
        var table = new TextTable().Text("").Text("").Text("");
        if (answer.SuccessRate is { } rate)
        {
            var n = rate.Total;
            table.Row("attempts", Figures.Count(n), $"{Figures.Count(rate.Completed)} completed, {Figures.Count(rate.Failed)} failed");
            table.Row("success rate", Figures.Percent(n == 0 ? null : rate.Rate), Interval(answer.Detail));
            table.Row("error rate", Figures.Percent(n == 0 ? null : (decimal)rate.Failed / n), "");
        }
        if (answer.Detail is { } all) Add(table, all);
        else if (answer.ExecutionTime is { } time) table.Row("p50", Figures.Duration(time.P50Seconds), "").Row("p95", Figures.Duration(time.P95Seconds), "");
        return table;
    }

    private static void Add(TextTable table, FigureDetail all)
    {
        var took = all.DurationSeconds;
        table.Row("throughput", $"{Figures.Number(all.ThroughputPerHour)} per hour", "");
        table.Row("latency", Figures.Duration(took.Mean), $"on average; p50 {Figures.Duration(took.P50)}, p95 {Figures.Duration(took.P95)}");
        if (all.CostUsdMicros.Sum.N > 0)
            table.Row("cost", Figures.Dollars(all.CostUsdMicros.Sum.Total), $"{Figures.Dollars(all.CostUsdMicros.PerCompletedTask)} for each completed task");
        if (all.Tokens.Input.N > 0 || all.Tokens.Output.N > 0)
            table.Row("tokens", Figures.Short(all.Tokens.Input.Total), $"in, {Figures.Short(all.Tokens.Output.Total)} out");
    }

    private static string Interval(FigureDetail? detail) => detail?.RateInterval is { } interval ? $"{interval.ToText()} with 95 % confidence" : "";

    // A rolling window begins and ends where something finished; without bounds, nothing did.
    private static string Bounds(AnswerWindow window) => window is (null, null) ? "none finished in this window"
        : $"{(window.From is { } from ? $"from {Figures.Time(from)}" : "from the beginning")} to {(window.To is { } to ? Figures.Time(to) : "now")} UTC";

    private static TextTable Table(string dimension, IReadOnlyDictionary<string, FigureGroup> groups, bool all)
    {
        var table = new TextTable().Text(dimension.Replace('_', ' ')).Figure("attempts").Figure("success").Figure("mean").Figure("p50").Figure("p95")
            .Figure("per hour", canBeMissed: true).Figure("cost each", canBeMissed: true)
            .FigureIf(all, "p99").FigureIf(all, "max").FigureIf(all, "first pass").FigureIf(all, "retries")
            .FigureIf(all, "tokens in").FigureIf(all, "tokens out").FigureIf(all, "waited");
        foreach (var (value, group) in groups) table.Row([.. Row(value, group, group.Detail, all)]);
        return table;
    }

    private static IEnumerable<Cell> Row(string value, FigureGroup group, FigureDetail? detail, bool all)
    {
        Cell[] shown =
        [
            value, Figures.Count(group.Count), Figures.Percent(detail is null ? group.SuccessRate : detail.Rate),
            Figures.Duration(detail is null ? group.AvgDuration : detail.DurationSeconds.Mean), Figures.Duration(detail?.DurationSeconds.P50),
            Figures.Duration(detail?.DurationSeconds.P95), Figures.Number(detail?.ThroughputPerHour), Figures.Dollars(detail?.CostUsdMicros.PerTask),
        ];
        return all ? [.. shown, .. More(detail)] : shown;
    }

    private static IEnumerable<Cell> More(FigureDetail? detail) =>
    [
        Figures.Duration(detail?.DurationSeconds.P99), Figures.Duration(detail?.DurationSeconds.Max), Figures.Percent(detail?.FirstPassYield),
        Figures.Count(detail?.Retries.Total), Figures.Short(detail?.Tokens.Input.Total), Figures.Short(detail?.Tokens.Output.Total),
        Figures.Duration(detail?.QueueWaitSeconds.Mean),
    ];
}
