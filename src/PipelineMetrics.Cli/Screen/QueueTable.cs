using PipelineMetrics.Contracts;
using Spectre.Console;

namespace PipelineMetrics.Cli.Screen;

/// <summary>Tasks that wait.</summary>
internal static class QueueTable
{
    private const decimal TooLongSeconds = 3600;

    /// <summary>The first so many of a page of the queue, and how many there are besides.</summary>
    public static TextTable Of(QueueResponse queue, int rows, bool verbose)
    {
        var table = new TextTable().Text("queue").Figure("priority").FigureIf(verbose, "age").FigureIf(verbose, "pressure").FigureIf(verbose, "score")
            .Figure("wait").Figure("expected finish").Text("type", canBeMissed: true).Text("runner", canBeMissed: true)
            .TextIf(verbose, "chain").TextIf(verbose, "model");
        var shown = Math.Min(rows, queue.Items.Count);
        foreach (var item in queue.Items.Take(shown)) table.Row(RowOf(item, queue.ComputedAt, verbose));
        // The place of the first in the whole queue tells what went before, on a further page.
        var more = queue.Total - shown - (queue.Items.Count > 0 ? queue.Items[0].Position - 1 : 0);
        return more > 0 ? table.More(more) : table;
    }

    /// <summary>The first so many failed tasks that should be tried again.</summary>
    public static TextTable OfRetries(QueueResponse queue, int rows)
    {
        var table = new TextTable().Text("to be tried again").Figure("attempt").Figure("when")
            .Text("type", canBeMissed: true).Text("last runner", canBeMissed: true);
        var shown = Math.Min(rows, queue.Retries.Count);
        foreach (var retry in queue.Retries.Take(shown))
        {
            var when = retry.Due ? new Cell("due", Look.Waiting) : Figures.Distance(retry.NextRetryAt, queue.ComputedAt);
            table.Row(retry.TaskId, retry.Attempt + 1, when, retry.TaskType, retry.Runner);
        }
        return queue.RetriesTotal > shown ? table.More(queue.RetriesTotal - shown) : table;
    }

    private static Cell[] RowOf(QueueItem item, DateTimeOffset now, bool verbose)
    {
        Cell[] score = verbose ? [Figures.Number(item.AgeBoost), Figures.Number(item.PressureBoost), Figures.Number(item.Score)] : [];
        Cell[] more = verbose ? [item.ChainId, item.Model] : [];
        var wait = new Cell(Figures.Duration(item.WaitSeconds), item.WaitSeconds > TooLongSeconds ? Look.Bad : Style.Plain);
        return [item.TaskId, Figures.Number(item.Priority), .. score, wait, Figures.Distance(item.ExpectedFinish, now), item.TaskType, item.Runner, .. more];
    }
}
