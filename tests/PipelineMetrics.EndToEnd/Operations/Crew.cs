using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Operations;

/// <summary>Runners that work on registered tasks and say every moment that they are there, until one of them dies.</summary>
internal sealed class Crew : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource[] _deaths;
    private readonly Task _beating;

    public Crew(HttpClient http, int size)
    {
        _http = http;
        _deaths = [.. Enumerable.Range(0, size).Select(_ => CancellationTokenSource.CreateLinkedTokenSource(_end.Token))];
        _beating = Task.WhenAll(_deaths.Select((death, number) => BeatAsync(Name(number), death.Token)));
    }

    public int Size => _deaths.Length;

    public static string Name(int number) => $"runner-{number}";

    /// <summary>Nothing is heard of it any more, and what it works on stays as it is.</summary>
    public void Kill(int number) => _deaths[number].Cancel();

    /// <summary>Claims a task.</summary>
    public async Task StartAsync(int number, string task) =>
        (await _http.AskAsync(HttpMethod.Patch, $"{ServiceCalls.Tasks}/{task}", new { status = "running", runner = Name(number) })).Status.ShouldBe(HttpStatusCode.OK);

    /// <summary>Ends a task that was claimed.</summary>
    public Task<Answer> EndAsync(string task, bool succeeds) => _http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, new
    {
        task_id = task, task_type = "impl", model = "model-a", duration_seconds = 2, status = succeeds ? "completed" : "failed", error = succeeds ? null : "it broke",
    });

    /// <summary>Works on tasks by turns, all runners but the dead.</summary>
    public async Task WorkAsync(IEnumerable<string> tasks, bool succeeds)
    {
        var alive = Enumerable.Range(0, Size).Where(number => !_deaths[number].IsCancellationRequested).ToList();
        foreach (var (task, turn) in tasks.Select((task, turn) => (task, turn)))
        {
            await StartAsync(alive[turn % alive.Count], task);
            (await EndAsync(task, succeeds)).Status.ShouldBe(HttpStatusCode.Created);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _beating;
        foreach (var death in _deaths) death.Dispose();
        _end.Dispose();
    }

    private async Task BeatAsync(string name, CancellationToken death)
    {
        using var timer = new PeriodicTimer(Beat);
        try
        {
            do
            {
                using var content = new StringContent("""{"status":"running","cpu_percent":25,"memory_bytes":1048576}""", System.Text.Encoding.UTF8, "application/json");
                using var answer = await _http.PostAsync($"/api/agent/runners/{name}/heartbeat", content, death);
            }
            while (await timer.WaitForNextTickAsync(death));
        }
        catch (OperationCanceledException)
        {
            // It died, or the test is over.
        }
    }
}
