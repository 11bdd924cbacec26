using Spectre.Console;

namespace PipelineMetrics.Cli.Screen;

/// <summary>Shows how far long work is, beside the data and only to somebody who looks.</summary>
internal static class Progressing
{
    /// <summary>Runs work that reports how much of a total is done.</summary>
    /// <param name="console">Where messages go.</param>
    /// <param name="label">What is done.</param>
    /// <param name="total">How much there is, in bytes; null when that is not known.</param>
    /// <param name="work">The work; it is given what to call with all that is done so far.</param>
    public static Task<T> RunAsync<T>(IAnsiConsole console, string label, long? total, Func<Action<long>, Task<T>> work)
    {
        if (!console.Profile.Capabilities.Interactive) return work(_ => { });
        ProgressColumn[] columns = total is null
            ? [new TaskDescriptionColumn(), new SpinnerColumn(), new DownloadedColumn()]
            : [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];
        return console.Progress().AutoClear(true).Columns(columns).StartAsync(context =>
        {
            var task = context.AddTask(Markup.Escape(label), maxValue: Math.Max(total ?? double.MaxValue, 1));
            return work(done => task.Value = done);
        });
    }
}
