using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Client.Tests;

/// <summary>Answers batches as the test says; unless told otherwise it stores every line, once per id.</summary>
internal sealed class FakeService : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, string> _stored = [];
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>What is answered to the request of this number, from 1; null for the usual.</summary>
    public Func<int, HttpResponseMessage?> Answer { get; set; } = _ => null;

    public ConcurrentQueue<(HttpRequestMessage Request, string[] Lines)> Requests { get; } = [];

    /// <summary>The lines that are stored, by id.</summary>
    public IReadOnlyDictionary<string, string> Stored => _stored;

    public IEnumerable<string> Tasks => _stored.Values.Select(line => JsonElement.Parse(line).GetProperty("task_id").GetString()!);

    public static HttpResponseMessage Status(int status, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("{}") };
        foreach (var (name, value) in headers) answer.Headers.Add(name, value);
        return answer;
    }

    /// <summary>Waits until one more request was answered.</summary>
    public async Task UntilAskedAsync() => (await _arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("nothing was sent");

    /// <summary>What the service does with lines: stored, or known, or refused when the task is called <c>bad</c>.</summary>
    public HttpResponseMessage Take(string[] lines)
    {
        var (duplicate, verdicts) = (0, new List<object>());
        for (var i = 0; i < lines.Length; i++)
        {
            var record = JsonElement.Parse(lines[i]);
            if (record.GetProperty("task_id").GetString() == "bad") verdicts.Add(new { line = i + 1, code = "invalid_completion", reason = "it says \"bad\"" });
            else if (!_stored.TryAdd(record.GetProperty("id").GetString()!, lines[i])) duplicate++;
        }
        var stored = lines.Length - verdicts.Count;
        var receipt = JsonSerializer.Serialize(new { stored, duplicate, rejected = verdicts.Count, results = verdicts });
        var status = verdicts.Count == 0 ? HttpStatusCode.OK : stored > 0 ? HttpStatusCode.MultiStatus : HttpStatusCode.UnprocessableEntity;
        return new HttpResponseMessage(status) { Content = new StringContent(receipt, Encoding.UTF8, "application/json") };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Requests.Enqueue((request, lines));
        try
        {
            return Answer(Requests.Count) ?? Take(lines);
        }
        finally
        {
            _arrived.Release();
        }
    }
}
