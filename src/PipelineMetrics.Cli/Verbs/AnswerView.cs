using System.CommandLine;
using System.Text;
using Spectre.Console;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>
/// Puts answers before whoever asked: on a terminal a picture that is drawn over when the next comes, elsewhere one after the other;
/// with `--json` one line of JSON each.
/// </summary>
internal sealed class AnswerView(Shell shell, ParseResult given)
{
    private readonly bool _asJson = given.GetValue(CommonOptions.Json);
    private readonly IAnsiConsole _screen = shell.Screen(given.GetValue(CommonOptions.NoColor));

    /// <summary>Shows one answer.</summary>
    /// <returns>What it means to a script.</returns>
    public int Show(Answered answer)
    {
        if (_asJson) shell.Out.WriteLine(Encoding.UTF8.GetString(answer.Json));
        else _screen.Write(answer.Picture);
        shell.Out.Flush();
        return answer.ExitCode;
    }

    /// <summary>Shows an answer per interval until told to stop. A service that is away for a while is waited for.</summary>
    public Task<int> WatchAsync(Func<CancellationToken, Task<Answered>> ask, TimeSpan every, CancellationToken stop) =>
        _asJson || !shell.OutIsTerminal ? RepeatAsync(ask, every, Append, stop) : DrawAsync(ask, every, stop);

    private Task<int> DrawAsync(Func<CancellationToken, Task<Answered>> ask, TimeSpan every, CancellationToken stop) => _screen
        .Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop)
        .StartAsync(live => RepeatAsync(ask, every, (answer, problem) =>
        {
            live.UpdateTarget(answer?.Picture ?? Complaint(problem!));
            live.Refresh();
        }, stop));

    private void Append(Answered? answer, string? problem)
    {
        if (answer is not null) Show(answer);
        else shell.Error.WriteLine(problem);
    }

    private async Task<int> RepeatAsync(
        Func<CancellationToken, Task<Answered>> ask, TimeSpan every, Action<Answered?, string?> show, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, shell.Clock);
        try
        {
            do
            {
                await ShowNextAsync(ask, show, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a watch ends.
        }
        return ExitCodes.Interrupted;
    }

    private static async Task ShowNextAsync(Func<CancellationToken, Task<Answered>> ask, Action<Answered?, string?> show, CancellationToken stop)
    {
        try
        {
            show(await ask(stop), null);
        }
        catch (CliException e) when (e.ExitCode == ExitCodes.Unreachable)
        {
            show(null, e.Message);
        }
    }

    private static Markup Complaint(string problem) => new($"[red]{Markup.Escape(problem)}[/]");
}
