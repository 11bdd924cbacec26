using System.CommandLine;
using System.Text;
using PipelineMetrics.Cli.Screen;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>
/// Puts answers before whoever asked: on a terminal a page that is drawn anew when the next comes, elsewhere one after the other; with
/// `--json` one line of JSON each.
/// </summary>
internal sealed class AnswerView(Shell shell, ParseResult given)
{
    private readonly bool _asJson = given.GetValue(CommonOptions.Json);
    private readonly bool _noColor = given.GetValue(CommonOptions.NoColor);

    /// <summary>Shows one answer.</summary>
    /// <returns>What it means to a script.</returns>
    public int Show(Answered answer)
    {
        if (_asJson) shell.Out.WriteLine(shell.Json(Encoding.UTF8.GetString(answer.Json)));
        else shell.Out.Write(shell.Draw(answer.Picture, _noColor));
        shell.Out.Flush();
        return answer.ExitCode;
    }

    /// <summary>Shows an answer per interval until told to stop. A service that is away for a while is waited for.</summary>
    public async Task<int> WatchAsync(Func<CancellationToken, Task<Answered>> ask, TimeSpan every, CancellationToken stop)
    {
        if (_asJson || !shell.CanDraw)
        {
            await RepeatAsync(ask, every, answer => Show(answer), problem => shell.Error.WriteLine(SafeText.Clean(problem)), stop);
            return ExitCodes.Interrupted;
        }
        using var page = Page.Open(shell, _noColor);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = RepeatAsync(ask, every, answer => page.Show(answer.Picture), page.Show, end.Token);
        await Task.WhenAny(watching, page.LeftAsync());
        await end.CancelAsync();
        await watching;
        return stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
    }

    private async Task RepeatAsync(
        Func<CancellationToken, Task<Answered>> ask, TimeSpan every, Action<Answered> show, Action<string> complain, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, shell.Clock);
        var isFirst = true;
        try
        {
            do
            {
                if (await TryAskAsync(ask, isFirst, complain, stop) is { } answer) show(answer);
                isFirst = false;
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how a watch ends.
        }
    }

    /// <summary>A service may start later than we do. What it refuses at once it will refuse again; what it refuses later may pass.</summary>
    private static async Task<Answered?> TryAskAsync(
        Func<CancellationToken, Task<Answered>> ask, bool isFirst, Action<string> complain, CancellationToken stop)
    {
        try
        {
            return await ask(stop);
        }
        catch (CliException e) when (e.ExitCode == ExitCodes.Unreachable || !isFirst)
        {
            complain(e.Message);
            return null;
        }
    }
}
