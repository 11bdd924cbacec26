using System.Net;
using System.Text.Json;
using PipelineMetrics.EndToEnd.Processes;
using PipelineMetrics.EndToEnd.Prometheus;

namespace PipelineMetrics.EndToEnd.Operations;

/// <summary>Asks everybody who can be asked, until they say the same.</summary>
internal sealed class Story(HttpClient http, PrometheusServer prometheus, WebhookReceiver receiver)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    /// <param name="chapter">What has happened.</param>
    /// <param name="status">What health comes to.</param>
    /// <param name="failing">The checks that fail.</param>
    /// <param name="completed">Completed attempts.</param>
    /// <param name="failed">Failed attempts.</param>
    /// <param name="pending">Tasks that wait; null where it is not known how many.</param>
    /// <param name="running">Tasks that run; null where it is not known how many.</param>
    /// <param name="silent">Runners of which nothing is heard.</param>
    public async Task ShouldBeAsync(string chapter, string status, string[] failing, int completed, int failed, int? pending, int? running, int silent)
    {
        await HealthShouldBeAsync(chapter, status, failing);
        await FiguresShouldBeAsync(completed, failed);
        await StatusShouldBeAsync(pending, running, silent);
        await prometheus.ShouldSeeAsync($"pipeline_metrics_health_status{{status=\"{status}\"}}", 1);
        await prometheus.ShouldSeeAsync("sum(1 - pipeline_metrics_health_check_ok)", failing.Length);
        foreach (var check in failing) await prometheus.ShouldSeeAsync($"pipeline_metrics_health_check_ok{{check=\"{check}\"}}", 0);
        await prometheus.ShouldSeeAsync("pipeline_metrics_writes_accepted", failing.Contains("writes") ? 0 : 1);
        await prometheus.ShouldSeeAsync("sum(agent_tasks_total{outcome=\"success\"}) or vector(0)", completed);
        await prometheus.ShouldSeeAsync("sum(agent_tasks_total{outcome=\"failure\"}) or vector(0)", failed);
        await prometheus.ShouldSeeAsync("agent_runners{state=\"silent\"}", silent);
        if (pending is { } waiting) await prometheus.ShouldSeeAsync("agent_tasks_open{state=\"pending\"}", waiting);
        if (running is { } active) await prometheus.ShouldSeeAsync("agent_tasks_open{state=\"running\"}", active);
    }

    /// <summary>Everything of a type has arrived, and nothing twice.</summary>
    public async Task ShouldHaveToldAsync(string type, int times)
    {
        await Eventually.HoldsAsync($"{times} webhooks of {type}", Within, () => Task.FromResult(Told(type).Count >= times));
        Told(type).Count.ShouldBe(times, type);
    }

    /// <summary>Nothing waits to be told, and nothing was given up.</summary>
    public async Task ShouldHaveDeliveredAllAsync()
    {
        await Eventually.HoldsAsync("no webhook waits", Within, async () => (await DeliveriesAsync("queued")).Count == 0);
        (await DeliveriesAsync("given_up")).ShouldBeEmpty();
        (await DeliveriesAsync("delivered")).Count.ShouldBe(receiver.Received.Select(webhook => webhook.Id).Distinct().Count());
    }

    /// <summary>The tasks with this status, as the service knows them.</summary>
    public async Task<IReadOnlyList<string>> TasksAsync(string status)
    {
        var answer = await http.AskAsync(HttpMethod.Get, $"{ServiceCalls.Tasks}?status={status}&limit=100");
        return [.. answer.Json.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!)];
    }

    private async Task HealthShouldBeAsync(string chapter, string status, string[] failing)
    {
        Answer? last = null;
        try
        {
            await Eventually.HoldsAsync(chapter, Within, async () =>
            {
                last = await http.AskAsync(HttpMethod.Get, "/api/agent/health");
                return last.Text("status") == status && Failing(last).SequenceEqual(failing);
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Health says {last?.Body}", e);
        }
        last!.Status.ShouldBe(status == "unhealthy" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
    }

    private async Task FiguresShouldBeAsync(int completed, int failed)
    {
        var rate = (await http.MetricsAsync()).Json.GetProperty("success_rate");
        (rate.GetProperty("completed").GetInt32(), rate.GetProperty("failed").GetInt32()).ShouldBe((completed, failed));
    }

    private async Task StatusShouldBeAsync(int? pending, int? running, int silent)
    {
        var status = (await http.AskAsync(HttpMethod.Get, "/api/agent/status")).Json;
        var counts = status.GetProperty("counts");
        if (pending is not null) counts.GetProperty("pending").GetInt32().ShouldBe(pending.Value);
        if (running is not null) counts.GetProperty("running").GetInt32().ShouldBe(running.Value);
        status.GetProperty("runners").EnumerateArray().Count(runner => runner.GetProperty("status").GetString() == "silent").ShouldBe(silent);
    }

    private List<ReceivedWebhook> Told(string type) =>
        [.. receiver.Received.Where(webhook => webhook.Json.GetProperty("type").GetString() == type).DistinctBy(webhook => webhook.Id)];

    private async Task<List<JsonElement>> DeliveriesAsync(string status) =>
        [.. (await http.AskAsync(HttpMethod.Get, $"/api/agent/webhooks/deliveries?status={status}&limit=1000")).Json.GetProperty("items").EnumerateArray()];

    private static IEnumerable<string> Failing(Answer health) => health.Json.GetProperty("checks").EnumerateObject()
        .Where(check => !check.Value.GetProperty("ok").GetBoolean()).Select(check => check.Name).Order(StringComparer.Ordinal);
}
