using System.Net;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Tests.Story;

/// <summary>
/// A pipeline from beginning to end: 100 tasks, 10 runners, failures, retries, questions, tasks given back, restarts in between. Counts,
/// queue, status and metrics tell the same story throughout.
/// </summary>
public sealed class StoryTests
{
    private const int StepsBetweenChecks = 20;
    private const int StepsBetweenRestarts = 170;
    private readonly PipelineModel _model = new();
    private readonly Random _random = new(20260301);
    private LastingService _service = null!;

    private DateTimeOffset Now => _service.Now;

    [Fact]
    public async Task Counts_queue_status_and_metrics_tell_the_same_story_until_all_is_done()
    {
        await using var service = _service = await LastingService.StartAsync(("retry:by_task_type:review:max_attempts", "2"));
        var checks = new StoryChecks(service, _model);
        await checks.AllAsync();
        for (var i = 0; i < 100; i++) await RegisterAsync(i);
        await checks.AllAsync();
        var steps = 0;
        for (; _model.Tasks.Any(t => t.State is not "completed" && (t.State != "failed" || t.RetryAt is not null)); steps++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 8)));
            await StepAsync();
            if (steps % StepsBetweenChecks == 0) await checks.AllAsync();
            if (steps % StepsBetweenRestarts != StepsBetweenRestarts - 1) continue;
            await service.RestartAsync();
            await checks.AllAsync();
        }
        await checks.AllAsync();
        (_model.Count("completed") + _model.Count("failed")).ShouldBe(100);
        (_model.Count("failed"), steps).ShouldSatisfyAllConditions(end => end.Item1.ShouldBeGreaterThan(0), end => end.steps.ShouldBeGreaterThan(StepsBetweenRestarts));
    }

    private async Task RegisterAsync(int i)
    {
        var created = i % 10 == 0 ? Now.AddDays(-_random.Next(1, 9)) : Now;
        var task = new StoryTask
        {
            Id = $"t{_random.Next(1000)}-{i}",
            Chain = i % 3 == 0 ? null : $"c{i % 4}",
            Type = new[] { "spec", "impl", "review" }[i % 3],
            Priority = _random.Next(3),
            CreatedAt = created,
            WaitsSince = created,
        };
        _model.Tasks.Add(task);
        var chain = task.Chain is null ? "" : $",\"chain_id\":\"{task.Chain}\"";
        var answer = await _service.Client.PostTask(
            $$"""{"task_id":"{{task.Id}}","direction":"d","task_type":"{{task.Type}}","priority":{{task.Priority}},"created_at":"{{Instant.ToText(created)}}"{{chain}}}""");
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
    }

    // One thing happens: a runner that has nothing takes something, or one that has something goes on with it.
    private async Task StepAsync()
    {
        var runner = $"runner-{_random.Next(10)}";
        var task = _model.Tasks.Find(t => t.IsHeld && t.Runner == runner);
        if (task is null) await TakeAsync(runner);
        else if (task.State != "running") await StartAsync(task, runner);
        else await GoOnAsync(task);
    }

    private async Task TakeAsync(string runner)
    {
        var retry = _model.Retries().FirstOrDefault(t => t.RetryAt <= Now);
        if (retry is not null && _random.Next(2) == 0) await StartAsync(retry, runner);
        else if (_model.Queue(Now).Find(t => t.Runner is null) is not { } next) return;
        else if (_random.Next(4) == 0)
        {
            await PatchAsync(next, $"{{\"runner\":\"{runner}\"}}");
            next.Runner = runner;
        }
        else await StartAsync(next, runner);
    }

    private async Task StartAsync(StoryTask task, string runner)
    {
        await PatchAsync(task, $"{{\"status\":\"running\",\"runner\":\"{runner}\"}}");
        task.Start(runner, Now);
    }

    private async Task GoOnAsync(StoryTask task)
    {
        switch (_random.Next(10))
        {
            case 0:
                await PatchAsync(task, "{\"status\":\"needs_decision\"}");
                task.Ask(Now);
                break;
            case 1:
                await PatchAsync(task, "{\"status\":\"pending\"}");
                task.Release(Now);
                break;
            default:
                var completed = _random.Next(10) < 6;
                await PatchAsync(task, $"{{\"status\":\"{(completed ? "completed" : "failed")}\",\"runner\":\"{task.Runner}\"}}");
                _model.End(task, completed, Now);
                break;
        }
    }

    private async Task PatchAsync(StoryTask task, string change)
    {
        var answer = await _service.Client.Patch(task.Address, change);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
    }
}
