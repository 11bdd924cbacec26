using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Prometheus;

/// <summary>The real service, scraped by a real Prometheus.</summary>
public sealed class PrometheusTests
{
    private const string Key = "prometheus-key-0123456789";

    private static readonly string[] Lasting =
    [
        "agent_tasks_total", "agent_task_tokens_total", "agent_task_cost_usd_total",
        "agent_task_duration_seconds_bucket", "agent_task_duration_seconds_sum", "agent_task_duration_seconds_count",
    ];

    [FactNeeding(Tool.Prometheus)]
    public async Task A_real_Prometheus_sees_every_attempt_and_no_counter_is_ever_reset()
    {
        using var folder = new TestFolder();
        await using var first = await StartAsync(folder);
        await RecordAsync(first, from: 0, count: 20);
        await using var prometheus = await PrometheusServer.StartAsync(Path.Combine(folder.FullPath, "prometheus"), first.Http.BaseAddress!, Key);
        await prometheus.ShouldSeeAsync("sum(agent_tasks_total)", 20);
        await ShouldBeRightAsync(prometheus);

        (await first.StopAsync()).ShouldBe(0);
        await using var second = await StartAsync(folder);
        prometheus.PointTo(second.Http.BaseAddress!);
        await RecordAsync(second, from: 20, count: 10);
        await prometheus.ShouldSeeAsync("sum(agent_tasks_total)", 30);
        var compacted = await second.Http.AskAsync(HttpMethod.Post, "/api/agent/log/compact?before=2100-01-01T00:00:00Z&seal=true");
        compacted.Status.ShouldBe(HttpStatusCode.OK, compacted.Body);
        await prometheus.ShouldSeeAsync("sum(pipeline_metrics_archive_records)", 30);

        (await second.StopAsync()).ShouldBe(0);
        await using var third = await StartAsync(folder);
        prometheus.PointTo(third.Http.BaseAddress!);
        await RecordAsync(third, from: 30, count: 1);
        await prometheus.ShouldSeeAsync("sum(agent_tasks_total)", 31);
        // Two restarts, seen as such by what counts since the start of the process, and by nothing else.
        await prometheus.ShouldSeeAsync("max(resets(pipeline_metrics_ingest_records_total{source=\"api\",result=\"accepted\"}[10m]))", 2);
        foreach (var counter in Lasting) (await prometheus.AskAsync($"max(resets({counter}[10m]))")).ShouldBe(0, counter);
    }

    [FactNeeding(Tool.Prometheus)]
    public async Task Its_own_checker_finds_nothing_in_what_is_told()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        await Promtool.ShouldFindNothingAsync(["check", "metrics"], await service.Http.GetStringAsync("/metrics"));
        await RecordAsync(service, from: 0, count: 50);
        await Promtool.ShouldFindNothingAsync(["check", "metrics"], await service.Http.GetStringAsync("/metrics"));
    }

    [FactNeeding(Tool.Prometheus)]
    public async Task Its_own_checker_finds_nothing_in_the_configuration_and_the_rules_that_come_with_the_service()
    {
        var found = await Promtool.ShouldFindNothingAsync(["check", "config", Path.Combine(Promtool.Files, "prometheus/prometheus.yml")]);
        found.ShouldContain("9 rules found");
        await Promtool.ShouldFindNothingAsync(["test", "rules", Promtool.RuleTests]);
    }

    private static async Task ShouldBeRightAsync(PrometheusServer prometheus)
    {
        (await prometheus.AskAsync("sum(agent_tasks_total{outcome=\"success\"})")).ShouldBe(15);
        (await prometheus.AskAsync("sum(agent_tasks_total{outcome=\"timeout\",type=\"type \\\"1\\\"\"})")).ShouldBe(5);
        (await prometheus.AskAsync("sum(agent_task_duration_seconds_sum)")).ShouldBe(40);
        (await prometheus.AskAsync("sum(agent_task_duration_seconds_bucket{le=\"5.0\"})")).ShouldBe(20);
        // Twenty between one second and five: the middle is interpolated.
        (await prometheus.AskAsync("histogram_quantile(0.5, sum by (le) (agent_task_duration_seconds_bucket))")).ShouldBe(3);
        (await prometheus.AskAsync("sum(agent_task_tokens_total{kind=\"input\"})")).ShouldBe(2000);
        (await prometheus.AskAsync("sum(agent_task_cost_usd_total{source=\"reported\"})")).ShouldNotBeNull().ShouldBe(0.25, tolerance: 1e-9);
        (await prometheus.AskAsync("pipeline_metrics_exported_series")).ShouldNotBeNull().ShouldBeInRange(100, 2000);
        (await prometheus.AskAsync("count({job=\"pipeline-metrics\"})")).ShouldNotBeNull().ShouldBeGreaterThan(100);
    }

    private static async Task<ServiceProcess> StartAsync(TestFolder folder)
    {
        var service = await ServiceProcess.StartAsync(new ServiceStart(folder)
        {
            Settings = new Dictionary<string, string>
            {
                ["server:api_keys:0:name"] = "all",
                ["server:api_keys:0:sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
                ["server:api_keys:0:rights"] = "read,write,admin",
            },
        });
        service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return service;
    }

    private static async Task RecordAsync(ServiceProcess service, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var answer = await service.Http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, new
            {
                id = $"id-{i}", task_id = $"t{i}", task_type = $"type \"{i % 4}\"", outcome = i % 4 == 1 ? "timeout" : "success", duration_seconds = 2,
                model = "m", actual_input_tokens = 100, actual_output_tokens = 10, actual_cost_usd = 0.0125m,
            });
            answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
        }
    }
}
