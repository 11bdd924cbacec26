using System.Diagnostics;
using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>
/// One client with a task type of its own. It posts on one connection and reads on another what became of it: while the answer is out,
/// and after it came. Since nobody else has its type, it knows what the figure must be.
/// </summary>
/// <param name="writing">The connections to post on.</param>
/// <param name="reading">The connections to read on.</param>
/// <param name="sightings">Where reads are counted.</param>
/// <param name="type">The task type that only this client has.</param>
/// <param name="random">Decides what is sent.</param>
internal sealed class Witness(HttpClient writing, HttpClient reading, Sightings sightings, string type, Random random)
{
    private const int LongestBatch = 5;
    private readonly List<string> _acked = [];
    private readonly Dictionary<string, long> _numbers = [];
    private long _lastSeen;

    public string Type => type;

    /// <summary>Everything acknowledged, in the order in which it was sent.</summary>
    public IReadOnlyList<string> Acked => _acked;

    /// <summary>The numbers that answers named, each with its id.</summary>
    public IReadOnlyDictionary<string, long> Numbers => _numbers;

    /// <summary>Posts something, reads until the answer is here, and reads once more.</summary>
    public async Task ObserveAsync()
    {
        var ids = Enumerable.Range(_acked.Count, random.Next(3) == 0 ? random.Next(1, LongestBatch + 1) : 1).Select(n => $"{type}-{n:d6}").ToList();
        var began = Stopwatch.GetTimestamp();
        var posting = ids.Count == 1 ? PostAsync(ids[0]) : PostBatchAsync(ids);
        sightings.Posted();
        while (!posting.IsCompleted) await LookAsync(began, ids);
        await posting;
        sightings.Acknowledged(began, type);
        _acked.AddRange(ids);
        // Nothing is under way now: it is all there, and nothing else.
        (await SeeAsync()).ShouldBe(_acked.Count, $"{type} reads what was acknowledged to it");
    }

    private async Task LookAsync(long began, List<string> ids)
    {
        if (random.Next(4) == 0) await LookUpAsync(began, ids[0]);
        else sightings.Saw(began, (await SeeAsync(ids.Count)) > _acked.Count, type);
    }

    private async Task LookUpAsync(long began, string id)
    {
        var found = await reading.FindAsync(id);
        sightings.Saw(began, found.Status == HttpStatusCode.OK, id);
    }

    /// <summary>The figure: never less than was acknowledged, never more than was sent, never less than it was.</summary>
    private async Task<long> SeeAsync(int underWay = 0)
    {
        var answer = await reading.AskAsync(HttpMethod.Get, $"{ServiceCalls.Metrics}?task_type={type}");
        var seen = answer.Json.GetProperty("success_rate").GetProperty("total").GetInt64();
        seen.ShouldBeInRange(_acked.Count, _acked.Count + underWay, type);
        seen.ShouldBeGreaterThanOrEqualTo(_lastSeen, $"{type} goes back");
        return _lastSeen = seen;
    }

    private async Task PostAsync(string id)
    {
        var answer = await writing.AskAsync(HttpMethod.Post, ServiceCalls.Completions, Json(id), "application/json");
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
        _numbers.Add(id, answer.Json.GetProperty("seq").GetInt64());
    }

    private async Task PostBatchAsync(List<string> ids)
    {
        var body = string.Join('\n', ids.Select(Json));
        var answer = await writing.AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", body, "application/x-ndjson");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        _numbers.Add(ids[0], answer.Json.GetProperty("first_seq").GetInt64());
        _numbers.Add(ids[^1], answer.Json.GetProperty("last_seq").GetInt64());
    }

    private string Json(string id) =>
        $$"""{"id":"{{id}}","task_id":"task-of-{{id}}","task_type":"{{type}}","duration_seconds":1.5,"status":"completed"}""";
}
