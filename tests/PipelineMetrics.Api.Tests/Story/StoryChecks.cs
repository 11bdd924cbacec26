using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Story;

/// <summary>Asks the service everything, and compares.</summary>
internal sealed class StoryChecks(LastingService service, PipelineModel model)
{
    private static readonly string[] States = ["pending", "running", "needs_decision", "completed", "failed", "cancelled"];

    private DateTimeOffset Now => service.Now;

    public async Task AllAsync()
    {
        await CountsAsync();
        await QueueAsync();
        await StatusAsync();
        await MetricsAsync();
    }

    private async Task CountsAsync()
    {
        var count = await service.Client.Get($"{Routes.Tasks}/count");
        count["total"].GetInt32().ShouldBe(model.Tasks.Count);
        States.Select(s => count["by_status"].GetProperty(s).GetInt32()).ShouldBe(States.Select(model.Count));
        var attention = await service.Client.Get($"{Routes.Tasks}/attention?limit=1000");
        attention["total"].GetInt32().ShouldBe(model.Count("needs_decision") + model.Count("failed"));
        foreach (var shown in attention["items"].EnumerateArray())
        {
            var task = model.Tasks.Single(t => t.Id == Text(shown, "task_id"));
            (Text(shown, "status"), shown.GetProperty("attempt").GetInt32(), Instant(shown, "next_retry_at")).ShouldBe((task.State, task.Attempt, task.RetryAt));
            if (task.State == "failed") shown.GetProperty("retries_exhausted").GetBoolean().ShouldBe(task.RetryAt is null);
        }
    }

    private async Task QueueAsync()
    {
        var queue = await service.Client.Get($"{Routes.Queue}?limit=1000");
        var expected = model.Queue(Now);
        var items = queue["items"].EnumerateArray().ToList();
        items.Select(i => Text(i, "task_id")).ShouldBe(expected.Select(t => t.Id));
        items.Select(i => i.GetProperty("wait_seconds").GetDouble()).ShouldBe(expected.Select(t => (Now - t.WaitsSince).TotalSeconds));
        items.Select(i => Text(i, "runner")).ShouldBe(expected.Select(t => t.Runner));
        var (times, all) = model.Expected(Now);
        items.Select(i => (Instant(i, "expected_start"), Instant(i, "expected_finish"))).ShouldBe(times);
        Instant(queue.Json, "expected_finish").ShouldBe(all);
        (queue["total"].GetInt32(), queue["running"].GetInt32(), queue["runners"].GetInt32()).ShouldBe(
            (expected.Count, model.Count("running"), Math.Max(1, model.Count("running"))));
        queue["retries"].EnumerateArray().Select(r => (Text(r, "task_id"), Instant(r, "next_retry_at"), r.GetProperty("due").GetBoolean()))
            .ShouldBe(model.Retries().Select(t => ((string?)t.Id, t.RetryAt, t.RetryAt <= Now)));
    }

    private async Task StatusAsync()
    {
        var status = await service.Client.Get(Routes.Status);
        States.Select(s => status["counts"].GetProperty(s).GetInt32()).ShouldBe(States.Select(model.Count));
        status["active"].EnumerateArray().Select(a => (Text(a, "task_id"), Text(a, "status"), Text(a, "runner"), a.GetProperty("running_seconds").GetDouble())).ShouldBe(
            model.Tasks.Where(t => t.State is "running" or "needs_decision").OrderBy(t => t.StartedAt)
                .Select(t => ((string?)t.Id, (string?)t.State, t.Runner, t.RunningSeconds(Now))));
        status["runners"].EnumerateArray().Select(r => (Text(r, "id"), Text(r.GetProperty("tasks")[0], "task_id"))).ShouldBe(
            model.Tasks.Where(t => t.IsHeld).OrderBy(t => t.Runner, StringComparer.Ordinal).Select(t => (t.Runner, (string?)t.Id)));
        status["last_completions"].EnumerateArray().Select(c => (Text(c, "task_id"), Text(c, "status"), c.GetProperty("duration_seconds").GetDouble(), Instant(c, "created_at"))).ShouldBe(
            model.Ends.AsEnumerable().Reverse().Take(10).Select(e => ((string?)e.Task, (string?)(e.Completed ? "completed" : "failed"), e.Seconds, (DateTimeOffset?)e.At)));
        status["flags"].EnumerateArray().Select(f => f.GetProperty("raised").GetBoolean()).ShouldBe([IsStuck(), FailsRepeatedly(), SucceedsSeldom()]);
        Text(status.Json, "status").ShouldBe(Word());
    }

    private async Task MetricsAsync()
    {
        var metrics = await service.Client.Metrics();
        var rate = metrics["success_rate"];
        (rate.GetProperty("completed").GetInt32(), rate.GetProperty("failed").GetInt32()).ShouldBe((model.Ends.Count(e => e.Completed), model.Ends.Count(e => !e.Completed)));
        metrics["by_task_type"].EnumerateObject().Select(t => (t.Name, t.Value.GetProperty("count").GetInt32(), t.Value.GetProperty("completed").GetInt32())).ShouldBe(
            model.Ends.GroupBy(e => e.Type).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count(), g.Count(e => e.Completed))));
        if (model.Ends.Count == 0) return;
        var times = metrics["execution_time"];
        times.GetProperty("p50_seconds").GetDouble().ShouldBe(PipelineModel.Rank(model.Ends.Select(e => e.Seconds), 0.5));
        times.GetProperty("p95_seconds").GetDouble().ShouldBe(PipelineModel.Rank(model.Ends.Select(e => e.Seconds), 0.95));
    }

    private string Word()
    {
        if (model.Count("running") > 0) return "running";
        if (IsStuck()) return "stuck";
        return model.Count("pending") + model.Count("needs_decision") > 0 ? "waiting" : "idle";
    }

    private bool IsStuck() => model.Count("running") == 0 && model.Tasks.Any(t => t.State == "pending" && (Now - t.WaitsSince).TotalSeconds > 600);

    private bool FailsRepeatedly() => model.Ends.Count >= 3 && model.Ends.TakeLast(3).All(e => !e.Completed);

    private bool SucceedsSeldom() => model.Ends.Count >= 10 && model.Ends.Count(e => e.Completed) * 10 < model.Ends.Count * 8;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Instant(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset() : null;
}
