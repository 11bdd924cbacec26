using PipelineMetrics.Contracts;
using Spectre.Console;

namespace PipelineMetrics.Cli.Screen;

/// <summary>What runs, who runs it, and what finished last.</summary>
internal static class StatusTables
{
    /// <summary>The first so many runners.</summary>
    public static TextTable Runners(StatusResponse status, int rows, bool verbose)
    {
        var table = new TextTable().Text("runner").Text("").Figure("last seen").Figure("tasks")
            .Figure("cpu", canBeMissed: true).Figure("memory", canBeMissed: true).Text("", canBeMissed: true);
        foreach (var runner in status.Runners.Take(Rows(status.Runners.Count, rows)))
        {
            var cpu = runner.CpuPercent is { } percent ? $"{Figures.Number(percent)} %" : Figures.Unknown;
            var what = runner.Reason ?? (verbose ? string.Join(", ", runner.Tasks.Select(task => task.TaskId)) : "");
            table.Row(runner.Id, Look.Word(runner.Status), Figures.Distance(runner.LastSeen, status.ComputedAt), runner.TaskCount, cpu,
                Figures.Bytes(runner.MemoryBytes), new Cell(what, Look.Of(runner.Status == "running" ? "" : runner.Status)));
        }
        return Rest(table, status.Runners.Count, rows);
    }

    /// <summary>The first so many of the tasks that run or wait for a decision.</summary>
    public static TextTable Active(StatusResponse status, int rows, bool verbose)
    {
        var table = new TextTable().Text("active").Text("").Figure("for").Text("runner", canBeMissed: true).Text("type", canBeMissed: true)
            .TextIf(verbose, "model").TextIf(verbose, "chain").FigureIf(verbose, "attempt").TextIf(verbose, "question");
        foreach (var task in status.Active.Take(Rows(status.Active.Count, rows)))
        {
            Cell[] more = verbose ? [task.Model, task.ChainId, task.Attempt, task.Reason] : [];
            table.Row([task.TaskId, Look.Word(task.Status), Figures.Duration(task.RunningSeconds), task.Runner, task.TaskType, .. more]);
        }
        return Rest(table, status.Active.Count, rows);
    }

    /// <summary>The first so many of the attempts that finished last.</summary>
    public static TextTable Finished(StatusResponse status, int rows, bool verbose)
    {
        var table = new TextTable().Text("finished").Text("").Figure("took").Figure("when").Text("type", canBeMissed: true).Text("model", canBeMissed: true)
            .TextIf(verbose, "runner").TextIf(verbose, "chain").TextIf(verbose, "outcome").TextIf(verbose, "id");
        foreach (var done in status.LastCompletions.Take(Math.Max(rows, 0)))
        {
            Cell[] more = verbose ? [done.Runner, done.ChainId, Look.Word(done.Outcome), done.Id] : [];
            var (took, when) = (Figures.Duration(done.DurationSeconds), Figures.Distance(done.CreatedAt, status.ComputedAt));
            table.Row([done.TaskId, Mark(done), took, when, done.TaskType, done.Model, .. more]);
        }
        return table;
    }

    /// <summary>What a person should look at.</summary>
    public static IEnumerable<Line> Flags(StatusResponse status) =>
        status.Flags.Where(flag => flag.Raised).Select(flag => new Line(new Cell($"! {flag.Name.Replace('_', ' ')}: {flag.Reason}", Look.Bad)));

    private static Cell Mark(LastCompletion done) => done.Outcome == "cancelled" ? new Cell("–", Look.Waiting)
        : done.Status == "completed" ? new Cell("✓", Look.Good) : new Cell("✗", Look.Bad);

    // The last row says how many there are besides.
    private static int Rows(int count, int room) => count <= room ? count : Math.Max(room - 1, 0);

    private static TextTable Rest(TextTable table, int count, int room) => count <= room ? table : table.More(count - Rows(count, room));
}
