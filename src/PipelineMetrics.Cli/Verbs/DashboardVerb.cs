using System.CommandLine;
using System.Text;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`dashboard`: everything on one page, until Ctrl-C; where nobody looks, once.</summary>
internal sealed class DashboardVerb(Shell shell)
    : LookVerb(shell, "dashboard", "What happens, on one page: status, queue, last completions, rates", canWatch: true)
{
    private readonly Shell _shell = shell;

    protected override WatchDefaults Watching(ParseResult given, Shell shell) =>
        new(shell.CanDraw && !given.GetValue(CommonOptions.Json), DashboardSettings.Of(given, shell).RefreshInterval);

    protected override async Task<Answered> AskAsync(ServiceConnection service, ParseResult given, CancellationToken stop)
    {
        var recent = DashboardSettings.Of(given, _shell).MaxRecentTasks;
        // Side by side: the page takes as long as the slowest of them.
        var status = GetAsync(new Question(Routes.Status).With("limit", recent));
        var queue = GetAsync(new Question(Routes.Queue).With("limit", DashboardPicture.MostQueued));
        var health = GetAsync(new Question(Routes.Health), 503);
        var metrics = GetAsync(new Question(Routes.Metrics).With("window", "24h").With("detail", "full"));
        var series = GetAsync(new Question(Routes.Timeseries).With("window", "24h").With("step", "30m"));
        await Task.WhenAll(status, queue, health, metrics, series);
        var picture = new DashboardPicture(
            service.Name, Read<StatusResponse>(status), Read<QueueResponse>(queue), Read<HealthResponse>(health),
            Read<MetricsAnswer>(metrics), Read<SeriesAnswer>(series));
        (string Name, Task<byte[]> Answer)[] parts = [("status", status), ("queue", queue), ("health", health), ("metrics", metrics), ("timeseries", series)];
        var json = $"{{{string.Join(',', parts.Select(part => $"\"{part.Name}\":{Encoding.UTF8.GetString(part.Answer.Result)}"))}}}";
        return new Answered(Encoding.UTF8.GetBytes(json), picture, ExitCodes.Ok);

        Task<byte[]> GetAsync(Question question, params int[] alsoFine) => service.GetAsync(question.ToString(), stop, alsoFine);
        T Read<T>(Task<byte[]> answer) => AnswerJson.Read<T>(answer.Result, service);
    }
}
