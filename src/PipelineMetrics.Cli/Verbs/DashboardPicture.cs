using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>The page of the dashboard, as large as the screen: what is most urgent on top, then as many rows of each list as there is room for.</summary>
internal sealed class DashboardPicture(
    string source, StatusResponse status, QueueResponse queue, HealthResponse health, MetricsAnswer metrics, SeriesAnswer series) : Renderable
{
    /// <summary>How many of the tasks that wait are shown at most.</summary>
    public const int MostQueued = 10;

    private const int TwoColumnsFrom = 120;
    private const int BetweenColumns = 3;
    private const int MostAlarms = 4;
    private static readonly string[] Counted = ["running", "pending", "needs_decision"];

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var head = new List<IRenderable> { Head(), Source() };
        head.AddRange(Alarms().Take(Math.Clamp(options.ConsoleSize.Height / 6, 1, MostAlarms)));
        head.AddRange([Line.Empty, Charts(), Line.Empty]);
        // The charts are as high as they have rows.
        var room = options.ConsoleSize.Height - head.Count - (DashboardCharts.Rows - 1);
        IRenderable lists = maxWidth < TwoColumnsFrom
            ? SectionList.Fit([Finished(), Queue(), Active(), Runners()], room, [3, 2, 1, 0])
            : new Spectre.Console.Grid().AddColumn(Half(maxWidth)).AddColumn(Half(maxWidth)).AddRow(
                SectionList.Fit([Queue(), Active()], room, [1, 0]), SectionList.Fit([Finished(), Runners()], room, [1, 0]));
        return ((IRenderable)new Rows([.. head, lists])).Render(options, maxWidth);
    }

    private static GridColumn Half(int width) => new() { Width = (width - BetweenColumns) / 2, NoWrap = true, Padding = new Padding(0, 0, BetweenColumns, 0) };

    private Line Head()
    {
        var counts = Counted.Select(state => $"{Figures.Count(status.Counts.GetValueOrDefault(state))} {state.Replace('_', ' ')}");
        var retries = queue.RetriesTotal > 0 ? $", {Figures.Count(queue.RetriesTotal)} to be tried again" : "";
        var end = queue.ExpectedFinish is { } finish ? $", all done {Figures.Distance(finish, queue.ComputedAt)}" : "";
        return new Line(Look.Word(status.Status), "  ", Look.Word(health.Status), $"  {string.Join(", ", counts)}{retries}{end}");
    }

    private Line Source() => new(new Cell($"{source}  {Figures.Time(status.ComputedAt)} UTC", Look.Quiet));

    private IEnumerable<Line> Alarms() => StatusTables.Flags(status).Concat(health.Checks.Where(check => !check.Value.Ok)
        .Select(check => new Line(new Cell($"! {check.Key.Replace('_', ' ')}: {check.Value.Message}", Look.Bad))));

    private TextTable Charts() => DashboardCharts.Of(metrics, series);

    private Section Active() => new(status.Active.Count, rows => StatusTables.Active(status, rows, verbose: false), "active", "nothing runs");

    private Section Runners() => new(status.Runners.Count, rows => StatusTables.Runners(status, rows, verbose: false), "runner", "none was heard of");

    private Section Finished() => new(status.LastCompletions.Count, rows => StatusTables.Finished(status, rows, verbose: false), "finished", "nothing yet");

    private Section Queue() => new(
        Math.Min(queue.Total, MostQueued + 1), rows => QueueTable.Of(queue, queue.Total <= rows ? rows : rows - 1, verbose: false), "queue", "nothing waits");
}
