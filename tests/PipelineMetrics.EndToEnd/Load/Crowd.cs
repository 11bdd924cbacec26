using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Eight senders that post record after record, each until it is refused or told to stop. Safe from any thread.</summary>
internal sealed class Crowd(HttpClient http)
{
    private const int Senders = 8;
    private readonly ConcurrentDictionary<string, long> _acked = new();
    private readonly ConcurrentQueue<Answer> _refusals = new();
    private int _count;

    /// <summary>Ids of what was acknowledged.</summary>
    public ICollection<string> Acked => _acked.Keys;

    /// <summary>Every answer that was not an acknowledgement.</summary>
    public IReadOnlyCollection<Answer> Refusals => _refusals;

    /// <summary>What was acknowledged although the sending began only then.</summary>
    public IEnumerable<string> AckedOfThoseBegunAfter(long moment) => _acked.Where(acked => acked.Value > moment).Select(acked => acked.Key);

    /// <summary>Posts until every sender was refused or is told to stop.</summary>
    public Task RunAsync(CancellationToken stop = default) => Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
    {
        while (!stop.IsCancellationRequested && await PostAsync())
        {
        }
    }));

    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> PostAsync()
    {
        var id = $"crowd-{Interlocked.Increment(ref _count):d6}";
        var began = Stopwatch.GetTimestamp();
        var answer = await http.RecordAsync(id);
        if (answer.Status == HttpStatusCode.Created) return _acked.TryAdd(id, began);
        _refusals.Enqueue(answer);
        return false;
    }

    public async Task PostAllAsync(int count)
    {
        for (var i = 0; i < count; i++) (await PostAsync()).ShouldBeTrue();
    }
}
