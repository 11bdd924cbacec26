using System.Net;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>
/// One agent runner that reports as fast as it is answered: completions with and without an id, small batches, and tasks it registers
/// and moves along. It writes down what it sends before it sends it, and what was acknowledged after the whole answer was read. When
/// the service goes away it stops; it never repeats a request.
/// </summary>
internal sealed class Runner(HttpClient http, Ledger ledger, Traffic traffic, string name, Random random)
{
    private const int LongestBatch = 8;
    private int _count;
    private bool _isAlone;

    public async Task RunAsync()
    {
        while (!_isAlone) await ReportAsync();
    }

    private Task ReportAsync() => random.Next(10) switch
    {
        < 5 => RecordAsync(withId: true),
        < 7 => RecordAsync(withId: false),
        < 9 => RecordBatchAsync(),
        _ => WorkOnTaskAsync(),
    };

    private async Task RecordAsync(bool withId)
    {
        var record = Next(withId);
        if (await AskAsync(HttpMethod.Post, ServiceCalls.Completions, record.ToJson()) is not { } answer) return;
        if (answer.Status == HttpStatusCode.Created) ledger.Ack(record.TaskId, answer.Text("id")!);
        else Surprise(answer);
    }

    private async Task RecordBatchAsync()
    {
        var records = Enumerable.Range(0, random.Next(1, LongestBatch + 1)).Select(_ => Next(withId: true)).ToList();
        var body = string.Join('\n', records.Select(record => record.ToJson()));
        if (await AskAsync(HttpMethod.Post, $"{ServiceCalls.Completions}/batch", body, "application/x-ndjson") is not { } answer) return;
        if (answer.Status == HttpStatusCode.OK) records.ForEach(record => ledger.Ack(record.TaskId, record.Id!));
        else Surprise(answer);
    }

    /// <summary>Three requests; the last one makes a completion whose id the service chooses.</summary>
    private async Task WorkOnTaskAsync()
    {
        var task = NextName();
        var path = $"{ServiceCalls.Tasks}/{task}";
        var created = $$"""{"task_id":"{{task}}","direction":"try it"}""";
        if (await AskAsync(HttpMethod.Post, ServiceCalls.Tasks, created) is not { } registered) return;
        if (!Expect(registered, HttpStatusCode.Created)) return;
        ledger.AckEvent("task:created", task);
        if (await AskAsync(HttpMethod.Patch, path, """{"status":"running"}""") is not { } started) return;
        if (!Expect(started, HttpStatusCode.OK)) return;
        ledger.AckEvent("task:started", task);
        ledger.Send(task);
        if (await AskAsync(HttpMethod.Patch, path, """{"status":"completed","duration_seconds":2.5}""") is not { } done) return;
        if (Expect(done, HttpStatusCode.OK)) ledger.Ack(task, done.Text("completion_id")!);
    }

    private async Task<Answer?> AskAsync(HttpMethod method, string path, string body, string mediaType = "application/json")
    {
        if (_isAlone) return null;
        traffic.Ask();
        try
        {
            var answer = await http.AskAsync(method, path, body, mediaType);
            traffic.Answer();
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            _isAlone = true;
            return null;
        }
    }

    private bool Expect(Answer answer, HttpStatusCode status)
    {
        if (answer.Status == status) return true;
        Surprise(answer);
        return false;
    }

    private void Surprise(Answer answer) => ledger.Surprise($"{name} was answered {(int)answer.Status}: {answer.Body}");

    private Attempt Next(bool withId)
    {
        var task = NextName();
        var record = new Attempt(task, withId ? $"id-{task}" : null, random.Next(5) > 0, random.Next(1, 600_000));
        ledger.Send(record.TaskId, record.Id, record.ToJson());
        return record;
    }

    private string NextName() => $"{name}-{_count++}";
}
