using System.Net;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;
using PipelineMetrics.EndToEnd.Prometheus;

namespace PipelineMetrics.EndToEnd.Operations;

/// <summary>
/// A bad day: a runner dies, attempts fail, the disk fills and has room again. Health, status, figures, webhooks and a real Prometheus
/// tell the same story throughout.
/// </summary>
public sealed class OperationsStoryTests
{
    private const int Tasks = 100;
    private const int Runners = 10;
    private const int Dies = 9;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [FactNeeding(Tool.Tmpfs, Tool.Prometheus)]
    public async Task A_runner_dies_attempts_fail_and_the_disk_fills_and_all_who_are_asked_say_the_same()
    {
        using var folder = new TestFolder();
        using var disk = new SmallDisk(megabytes: 8);
        await using var receiver = new WebhookReceiver();
        await using var service = await ServiceProcess.StartAsync(Start(folder, disk, receiver));
        await using var prometheus = await PrometheusServer.StartAsync(Path.Combine(folder.FullPath, "prometheus"), service.Http.BaseAddress!, "none");
        await using var crew = new Crew(service.Http, Runners);
        var story = new Story(service.Http, prometheus, receiver);
        var tasks = Enumerable.Range(0, Tasks).Select(number => $"task-{number}").ToList();
        foreach (var task in tasks)
            (await service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Tasks, new { task_id = task, task_type = "impl", direction = "do it" })).Status.ShouldBe(HttpStatusCode.Created);

        await crew.WorkAsync(tasks[..60], succeeds: true);
        await story.ShouldBeAsync("all is well", "healthy", failing: [], completed: 60, failed: 0, pending: 40, running: 0, silent: 0);

        await crew.StartAsync(Dies, tasks[60]);
        crew.Kill(Dies);
        await story.ShouldBeAsync("a runner is dead", "degraded", failing: ["runner_silent"], completed: 60, failed: 0, pending: 39, running: 1, silent: 1);
        await story.ShouldHaveToldAsync("health_degraded", times: 1);

        await crew.WorkAsync(tasks[61..81], succeeds: false);
        await story.ShouldBeAsync("attempts fail", "degraded", failing: ["error_rate", "runner_silent"], completed: 60, failed: 20, pending: 19, running: 1, silent: 1);
        await story.ShouldHaveToldAsync("task_failed", times: 20);
        await story.ShouldHaveToldAsync("alert_fired", times: 1);

        disk.Fill();
        await FillToTheLastByteAsync(crew, service.Http);
        await story.ShouldBeAsync("the disk is full", "unhealthy", failing: ["disk", "error_rate", "runner_silent", "writes"], completed: 60, failed: 20, pending: null, running: null, silent: 1);

        disk.Free();
        await Eventually.HoldsAsync("records are stored again", Soon, async () => (await service.Http.ReadinessAsync()).Status == HttpStatusCode.OK);
        (await service.Http.AskAsync(HttpMethod.Post, $"/api/agent/runners/{Crew.Name(Dies)}/heartbeat", new { status = "stopped" })).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var task in await story.TasksAsync("running")) (await crew.EndAsync(task, succeeds: true)).Status.ShouldBe(HttpStatusCode.Created);
        await crew.WorkAsync(await story.TasksAsync("pending"), succeeds: true);
        await story.ShouldBeAsync("all is done", "degraded", failing: ["error_rate"], completed: 80, failed: 20, pending: 0, running: 0, silent: 0);

        await story.ShouldHaveDeliveredAllAsync();
        Recount.Of(disk.Log).ShouldBeGapless();
        Recount.Of(disk.Log).Completions.Count.ShouldBe(Tasks);
    }

    private static ServiceStart Start(TestFolder folder, SmallDisk disk, WebhookReceiver receiver)
    {
        var file = Path.Combine(folder.FullPath, "settings.yaml");
        File.WriteAllText(file, $$"""
            health_check: { max_silence: 2s, max_backlog: 50, max_error_rate: 0.1, min_free_bytes: 1048576 }
            notifications: { webhook_url: "{{receiver.Url}}", allow_private_addresses: true }
            alerts:
              - { name: many-failures, metric: error_rate, above: 0.2, clear: 0.05, window: 1h, every: 1s }
            """);
        return new ServiceStart(folder) { LogDirectory = disk.Log, Settings = new Dictionary<string, string> { ["config"] = file } };
    }

    /// <summary>The last blocks of the files still have some room.</summary>
    private static async Task FillToTheLastByteAsync(Crew crew, HttpClient http)
    {
        const int MostClaims = 19;
        for (var claim = 0; claim < MostClaims; claim++)
        {
            var answer = await http.AskAsync(HttpMethod.Patch, $"{ServiceCalls.Tasks}/task-{81 + claim}", new { status = "running", runner = Crew.Name(claim % Dies) });
            if (answer.Status == HttpStatusCode.InsufficientStorage) return;
        }
        (await crew.EndAsync("task-99", succeeds: true)).Status.ShouldBe(HttpStatusCode.InsufficientStorage, "the disk was never full");
    }
}
