using System.Collections.Concurrent;
using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>A dashboard: asks for the figures again and again, whatever else happens.</summary>
internal sealed class SteadyReader : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly HttpClient _http;
    private readonly Task _reading;
    private long _answered;

    public SteadyReader(HttpClient http)
    {
        _http = http;
        _reading = ReadAsync();
    }

    /// <summary>Answers that had the figures.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Ends the reading; every single question must have been answered with the figures.</summary>
    public async Task ShouldHaveBeenAnsweredAsync()
    {
        await DisposeAsync();
        _failures.ShouldBeEmpty();
        Answered.ShouldBeGreaterThan(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        using var timer = new PeriodicTimer(Step);
        while (!_end.IsCancellationRequested)
        {
            await ReadOnceAsync();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task ReadOnceAsync()
    {
        try
        {
            var answer = await _http.MetricsAsync();
            if (answer.Status == HttpStatusCode.OK) Interlocked.Increment(ref _answered);
            else _failures.Enqueue($"{(int)answer.Status}: {answer.Body}");
        }
        catch (HttpRequestException e)
        {
            _failures.Enqueue(e.Message);
        }
    }
}
